const MAX_CHARACTERS = 120;

/** A name from outside as a message can show it: without what cannot be seen, and not endless. */
export function printable(name: string): string {
	const visible = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\uFFFD');
	return visible.length > MAX_CHARACTERS ? `${visible.slice(0, MAX_CHARACTERS)}…` : visible;
}
