import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { holdLock, withLock } from '../n8n/install/folderLock.mts';

const TAKERS = 4;
const folder = mkdtempSync(join(tmpdir(), 'locks-'));
const locks = Array.from({ length: 200 }, (_, n) => join(folder, 'of a fresh clone', `${n}.lock`));
const started: ChildProcess[] = [];

const urlOf = (path: string) => JSON.stringify(pathToFileURL(path));

/** Takes what it can of the locks, each at a moment that it shares with all others; says which it has got, and lives on. */
const TAKER = `
	const { holdLock } = await import(${urlOf(join(__dirname, '../n8n/install/folderLock.mts'))});
	process.on('message', (startAt) => {
		const held = ${JSON.stringify(locks)}.filter((lock, n) => {
			while (Date.now() < startAt + 4 * n);
			return holdLock(lock);
		});
		process.send(held);
	});
	process.on('disconnect', () => process.exit());
	process.send('here');
`;

async function startTaker(): Promise<ChildProcess> {
	const tsx = pathToFileURL(createRequire(__filename).resolve('tsx')).href;
	const taker = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', TAKER], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	started.push(taker);
	await once(taker, 'message');
	return taker;
}

async function take(taker: ChildProcess, startAt: number): Promise<string[]> {
	taker.send(startAt);
	const [held] = (await once(taker, 'message')) as [string[]];
	return held;
}

async function kill(taker: ChildProcess): Promise<void> {
	const gone = once(taker, 'exit');
	taker.kill('SIGKILL');
	await gone;
}

test('a folder that is not there yet has a lock as well', async () => {
	expect(await withLock(join(folder, 'not yet there', 'lock'), () => {}, async () => 'done')).toBe('done');
});

afterAll(() => {
	for (const taker of started) taker.kill('SIGKILL');
	rmSync(folder, { recursive: true });
});

test('a lock is free the moment that its owner is killed, and only one gets it, however many try', async () => {
	const [owner, ...takers] = (await Promise.all(Array.from({ length: 1 + TAKERS }, startTaker))) as [ChildProcess, ...ChildProcess[]];
	expect(await take(owner, 0)).toEqual(locks);
	expect(locks.filter((lock) => holdLock(lock))).toEqual([]);
	await kill(owner);
	const startAt = Date.now() + 100;
	const held = (await Promise.all(takers.map(async (taker) => await take(taker, startAt)))).flat();
	expect(held.filter((lock, n) => held.indexOf(lock) !== n)).toEqual([]);
	// Those who meet at the very same moment may have to try again.
	expect(held.length).toBeGreaterThan(locks.length / 2);
	await Promise.all(takers.map(kill));
	const giveBacks = locks.map((lock) => holdLock(lock));
	expect(giveBacks).toEqual(locks.map(() => expect.any(Function)));
	// Its own process is refused as well, until it is given back.
	expect(holdLock(locks[0] as string)).toBeUndefined();
	for (const giveBack of giveBacks) giveBack?.();
	expect(holdLock(locks[0] as string)).toBeDefined();
});
