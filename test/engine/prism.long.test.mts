import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { type Child, startChild } from '../n8n/process/childProcess.mts';
import { until } from '../n8n/process/until.mts';
import { correctedDescription } from '../sandbox/openapi/description.mts';
import { jsonOf, OPERATIONS, perform } from './operations.mts';
import { Sandboxed } from './sandboxed.mts';

/**
 * A second judge, which knows nothing of the sandbox: Prism reads Pixxel's description by itself, refuses what that does not know, and answers with
 * its examples.
 */
describe('Prism, with Pixxel\'s description, takes', () => {
	const at = Sandboxed.forTests();
	let folder: string;
	let prism: Child;
	let baseUrl: string;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'prism-'));
		const description = join(folder, 'pixxel.json');
		writeFileSync(description, JSON.stringify(correctedDescription()));
		const port = await getPort();
		baseUrl = `http://127.0.0.1:${port}`;
		prism = startChild('npx', ['--no-install', 'prism', 'mock', '--errors', '--port', String(port), description], { stdio: 'ignore' });
		await until('Prism listens', async () => await fetch(`${baseUrl}/ping`).then(({ ok }) => ok, () => false), 60_000);
	});
	afterAll(async () => {
		await prism?.kill();
		rmSync(folder, { recursive: true });
	});

	test.each(OPERATIONS)('%s: %s', async (resource, operation, fields) => {
		const run = { credential: { baseUrl } };
		const items = await perform(at, resource, operation, { ...fields, limit: 1, simplify: false, waitUntilReady: false }, run);
		expect(jsonOf(items)).toEqual([expect.objectContaining({})]);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test('nothing that is not described', async () => {
		const headers = { authorization: 'key' };
		const statuses = ['/v0/workflows?limit=x', '/v0/workflows/1', '/v0/workflow'].map(async (path) => (await fetch(`${baseUrl}${path}`, { headers })).status);
		for (const status of await Promise.all(statuses)) expect(status).toBeGreaterThanOrEqual(400);
	});
});
