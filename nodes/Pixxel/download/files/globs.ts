/** What stands between two blocks of a pattern: any part of a name, anything, or whole folders or nothing. */
type Gap = '*' | '**' | '**/';

/** A part of a pattern without stars, and what may come before it. */
interface Block {
	/** None where the pattern begins with the block. */
	gap?: Gap;
	/** A question mark stands for any sign but a slash. */
	signs: string[];
}

const GAP = /(\*\*+\/|\*\*+|\*)/;

/** Whether a pattern is more than a name. */
export const isGlob = (pattern: string) => /[*?]/.test(pattern);

/** The same for upper and lower case, sign by sign: "ς" and "σ" are, "ß" and "ss" are not. */
export const folded = (text: string) => text.replace(/[\u{80}-\u{10ffff}]/gu, foldedSign).replace(/[A-Z]+/g, (signs) => signs.toLowerCase());

function foldedSign(sign: string): string {
	const upper = sign.toUpperCase();
	const one = upper.length === sign.length ? upper : sign;
	const lower = one.toLowerCase();
	return lower.length === sign.length ? lower : one;
}

/**
 * A pattern as a test of texts, both folded. Most texts are told by two of its parts, in no time. For all others it takes a step for each
 * sign of the text and each of the pattern, at most: a regular expression with many stars may take years.
 */
export function globOf(pattern: string): (text: string) => boolean {
	const [first = '', ...others] = pattern.split(GAP);
	const blocks: Block[] = [{ signs: [...first] }];
	for (let at = 0; at < others.length; at += 2) {
		blocks.push({ gap: others[at]?.replace(/\*{3,}/, '**') as Gap, signs: [...(others[at + 1] ?? '')] });
	}
	const parts = pattern.split(/\*+\/?|\?/);
	const longest = parts.reduce((most, part) => (part.length > most.length ? part : most));
	const last = parts.at(-1) ?? '';
	return (text) => text.endsWith(last) && text.includes(longest) && matches(blocks, [...text]);
}

function matches(blocks: readonly Block[], text: readonly string[]): boolean {
	/** By position: whether the blocks so far may end there. */
	let ends = new Uint8Array(text.length + 1);
	ends[0] = 1;
	for (const { gap, signs } of blocks) {
		const next = new Uint8Array(text.length + 1);
		let isInGap = false;
		for (let at = 0; at + signs.length <= text.length; at++) {
			const hadSlash = text[at - 1] === '/';
			if (gap === '*' && hadSlash) isInGap = false;
			const beginsHere = ends[at] === 1 || (isInGap && (gap !== '**/' || hadSlash));
			if (beginsHere && signs.every((sign, n) => sign === text[at + n] || (sign === '?' && text[at + n] !== '/'))) next[at + signs.length] = 1;
			if (gap && ends[at] === 1) isInGap = true;
		}
		ends = next;
	}
	return ends[text.length] === 1;
}
