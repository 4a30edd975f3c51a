import type { INodeExecutionData } from 'n8n-workflow';
import { type Download, Sandboxed } from '../engine/sandboxed.mts';
import { known } from '../sandbox/client.mts';
import { digestOf } from '../sandbox/storage/digests.mts';
import { LARGE, type Served, SMALL } from './packages.mts';
import { SlowLine } from './slowLine.mts';
import type { Running } from './startWebServer.mts';

const SERVERS = JSON.parse(process.env.WEB_SERVERS ?? '[]') as Running[];

/** Slower by far than what the node takes for fast enough, and quick enough not to wait for. */
const SLOW_BYTES_PER_SECOND = 5e6;

const at = Sandboxed.forTests();
// Servers need their time to let go of a connection.
beforeEach(() => at.clock.restore());

let links = 0;

/** Downloads a package from a port, by a link of its own: caches have never seen it. */
async function download({ name }: Served, port: number, choices: Download): Promise<INodeExecutionData[]> {
	const signed_url = `http://127.0.0.1:${port}/${name}?X-Signature=${++links}`;
	await at.sandbox.script({}, { body: { id: known.demo.taskId, status: 'ready', signed_url }, repeat: true });
	return await at.download(choices);
}

const digest = async (content: Served['archive']) => ({ size: content.size, sha256: (await digestOf(content, 'sha256')).toString('hex') });

async function expectFile(served: Served, port: number, connections: number): Promise<void> {
	const items = await download(served, port, { options: { connections } });
	expect(items).toHaveLength(1);
	expect(await at.fingerprint(items[0]?.binary?.data)).toEqual(await digest(served.archive));
}

async function expectFiles(served: Served, port: number, connections: number): Promise<void> {
	const items = await download(served, port, { output: 'packageFiles', options: { connections } });
	expect(items.map(({ json }) => (json.file as { path: string }).path)).toEqual(served.paths);
	for (const { json, binary } of items) {
		const { path } = json.file as { path: string };
		const original = served.archive.file?.(path) as Served['archive'];
		expect({ path, ...(await at.fingerprint(binary?.data)) }).toEqual({ path, ...(await digest(original)) });
	}
}

const EACH_WAY: Array<[string, number]> = [
	['one connection', 1],
	['up to 16 connections', 16],
];

describe.each(SERVERS)('$name', ({ port, onlyWhole }) => {
	const line = new SlowLine(port, SLOW_BYTES_PER_SECOND);
	beforeAll(async () => await line.open());
	beforeEach(() => (line.mostAtOnce = 0));
	afterAll(async () => await line.close());

	test('hands out a small package', async () => await expectFile(SMALL, port, 16));

	test.each(EACH_WAY)('hands out the exact package over %s', async (_words, connections) => await expectFile(LARGE, port, connections));

	test(`hands out the exact package over a slow line, ${onlyWhole ? 'and one connection' : 'and several connections'}`, async () => {
		await expectFile(LARGE, line.port, 16);
		if (onlyWhole) expect(line.mostAtOnce).toBe(1);
		else expect(line.mostAtOnce).toBeGreaterThan(2);
	});

	if (onlyWhole) {
		test('hands out no single files, and the node says so', async () => {
			await expect(download(LARGE, port, { output: 'packageFiles' })).rejects.toThrow('this storage serves whole packages only');
		});
		return;
	}

	test('hands out the files in a small package', async () => await expectFiles(SMALL, port, 16));

	test.each(EACH_WAY)('hands out the exact files in the package over %s', async (_words, connections) => await expectFiles(LARGE, port, connections));

	test('hands out the exact files in the package over a slow line, and several connections', async () => {
		await expectFiles(LARGE, line.port, 16);
		expect(line.mostAtOnce).toBeGreaterThan(2);
	});
});
