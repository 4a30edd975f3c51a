const MOST_SIGNS = 120;

/** A name from outside as a message can show it: without what cannot be seen, and not endless. */
export function shown(name: string): string {
	const visible = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\uFFFD');
	return visible.length > MOST_SIGNS ? `${visible.slice(0, MOST_SIGNS)}…` : visible;
}
