/** Waits and comparisons that say what a person would have wanted to see. */
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
const DEFAULT_PATIENCE_MS = 30_000;

/** Looks until what is seen is right. Throws with what was seen last. */
export async function seeUntil<Seen>(
	what: string,
	look: () => Promise<Seen>,
	isRight: (seen: Seen) => boolean,
	patienceMs = DEFAULT_PATIENCE_MS,
): Promise<Seen> {
	const deadline = Date.now() + patienceMs;
	let seen = await look();
	while (!isRight(seen) && Date.now() < deadline) {
		await sleep(LOOK_EVERY_MS);
		seen = await look();
	}
	see(`${what}. Saw: ${JSON.stringify(seen)}`, isRight(seen));
	return seen;
}

/** Looks until a text contains each of some words. */
export async function seeText(look: () => Promise<string>, ...wanted: string[]): Promise<string> {
	return await seeUntil(wanted.map((each) => `"${each}"`).join(' and '), look, (text) => wanted.every((each) => text.includes(each)));
}

/** Looks until a list is the wanted one. */
export async function seeList(what: string, look: () => Promise<string[]>, wanted: string[]): Promise<void> {
	await seeUntil(`${what}: ${JSON.stringify(wanted)}`, look, (seen) => JSON.stringify(seen) === JSON.stringify(wanted));
}

/** Throws unless something is so. */
export function see(what: string, isSo: boolean): void {
	if (!isSo) throw new Error(`Wanted to see ${what}.`);
}
