import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { LoadOptionsContext } from 'n8n-core';
import { generate } from 'selfsigned';
import { until } from '../n8n/process/until.mts';
import { type ForwardProxy, startForwardProxy } from '../n8n/standIns/forwardProxy.mts';
import { known } from '../sandbox/client.mts';
import { pausesBetween, Sandboxed } from './sandboxed.mts';

/*
 * "Request Options" stands on the tab Settings of each declarative node: n8n puts it there, and it is meant for all that the node sends.
 */
const { taskId } = known.demo;
const at = Sandboxed.forTests();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a proxy', () => {
	const LEAVE = `Basic ${Buffer.from('analyst:pass word').toString('base64')}`;
	let proxy: ForwardProxy;

	beforeEach(async () => {
		proxy = await startForwardProxy();
	});

	afterEach(async () => await proxy.stop());

	const through = () => ({ proxy: proxy.url.replace('//', '//analyst:pass%20word@') });

	test.each(['file', 'packageFiles'])('carries the calls to Pixxel and the %s from storage', async (output) => {
		if (output === 'packageFiles') await at.sandbox.configurePackage(taskId, { archive: { files: [{ path: 'a.csv', size: 90_000 }] } });
		const [item] = await at.download({ output, requestOptions: through() });
		expect(item?.binary?.data?.fileName).toBeDefined();
		const [puts, gets] = [await at.puts(), await at.gets()];
		expect(proxy.asked.map(({ method }) => method)).toEqual(['PUT', ...gets.map(() => 'GET')]);
		expect(puts).toHaveLength(1);
		expect(gets.length).toBeGreaterThan(0);
		for (const { leave } of proxy.asked) expect(leave).toBe(LEAVE);
	});

	test('carries the calls for lists', async () => {
		const { type, node, workflow, additionalData } = at.engine.place('pixxel', { parameters: { requestOptions: through() } });
		const context = new LoadOptionsContext(workflow, node, additionalData, 'parameters.workflowId');
		const list = await type.methods?.listSearch?.searchWorkflows?.call(context);
		expect(list?.results).toHaveLength(50);
		expect(proxy.asked).toEqual([{ method: 'GET', url: expect.stringContaining('/v0/workflows'), leave: LEAVE }]);
	});

	test('that nobody runs is named, and nothing is sent around it', async () => {
		const error = await at.refusal({ waitUntilReady: false, requestOptions: { proxy: 'http://127.0.0.1:9' } });
		expect(error.message).toBe('There is no Pixxel API to be reached at 127.0.0.1');
		expect(error.description).toMatch(/the proxy under "Request Options" \(on the tab Settings\)/);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test.each([
		['Pixxel', { baseUrl: 'https://pixxel.example' }, 'pixxel.example:443'],
		['storage', {}, 'storage.example:443'],
	])('that takes a connection to %s and says nothing is given up, and asked again', async (_name, credential, to) => {
		await at.sandbox.script({ method: 'PUT' }, { body: { status: 'ready', signed_url: 'https://storage.example/p?signature=s' } });
		const execution = new AbortController();
		const run = at.refusal({ requestOptions: { ...through(), timeout: 500 } }, { credential, signal: execution.signal });
		await until('a second try', async () => {
			// A clock that nobody holds is taken away by the collector, at least in Node 20.
			collectGarbage();
			return proxy.asked.filter(({ url }) => url === to).length >= 2;
		});
		execution.abort();
		expect((await run).message).toBe('The execution was cancelled');
	});
});

describe('certificates that nobody vouches for', () => {
	const KEY_BITS = 2_048;
	const ADVICE = /NODE_EXTRA_CA_CERTS.*"Ignore SSL Issues" under "Request Options".*\(DEPTH_ZERO_SELF_SIGNED_CERT\)$/;
	let front: Server;
	let secured: string;

	beforeAll(async () => {
		const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keySize: KEY_BITS });
		const { port } = new URL(at.sandbox.url);
		front = createServer({ key, cert }, (client) => {
			const onward = connect(Number(port), '127.0.0.1');
			for (const socket of [client, onward]) socket.on('error', () => onward.destroy());
			client.pipe(onward).pipe(client);
		});
		await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
		secured = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
	});

	afterAll(() => void front.close());

	/** Has Pixxel give a link to storage behind such a certificate. */
	async function giveSecuredLink(): Promise<void> {
		const [item] = await at.download({ output: 'signedUrl' });
		const link = String(item?.json.signed_url);
		await at.sandbox.script({ method: 'PUT' }, { body: { status: 'ready', signed_url: link.replace(new URL(link).origin, secured) } });
		await at.sandbox.forgetRequests();
	}

	test('are accepted where the user ignores SSL issues: from Pixxel, and from storage', async () => {
		await giveSecuredLink();
		const items = await at.download({ requestOptions: { allowUnauthorizedCerts: true } }, { credential: { baseUrl: secured } });
		await at.expectExact(items);
	});

	test("are refused otherwise, before anything is sent: Pixxel's", async () => {
		const { message, description } = await at.refusal({}, { credential: { baseUrl: secured } });
		expect(message).toBe('The request to 127.0.0.1 could not be sent');
		expect(description).toMatch(ADVICE);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test("are refused otherwise, before anything is sent: storage's", async () => {
		await giveSecuredLink();
		const { message, description } = await at.refusal({});
		expect(message).toBe('The package could not be fetched: the request to its storage could not be sent');
		expect(description).toMatch(ADVICE);
		expect([await at.puts(), await at.gets()]).toEqual([[expect.anything()], []]);
	});
});

test.each([
	['api', async () => await at.sandbox.script({ method: 'PUT' }, { fault: 'stall' })],
	['storage', async () => await at.sandbox.addFaults(taskId, { silent: true })],
] as const)('a timeout ends requests that are not answered, which are tried again: %s', async (part, stall) => {
	await stall();
	await at.expectExact(await at.download({ requestOptions: { timeout: 1_200 } }));
	const [pause = 0] = pausesBetween(await at.sandbox.requests(part));
	expect(pause).toBeGreaterThanOrEqual(1_200);
	expect(pause).toBeLessThan(20_000);
});

test("a compressed answer that breaks off is asked for again, though n8n's client may never tell of it", async () => {
	const packed = gzipSync(JSON.stringify({ status: 'ready', signed_url: 'https://storage.example/p', more: randomBytes(5_000).toString('hex') }));
	let asked = 0;
	const api = createHttpServer((_request, response) => {
		response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': packed.length });
		if (++asked > 1) response.end(packed);
		else response.write(packed.subarray(0, 1_000), () => setTimeout(() => response.destroy(), 100));
	});
	await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
	const baseUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
	const [item] = await at.download({ output: 'signedUrl', requestOptions: { timeout: 600 } }, { credential: { baseUrl } }).finally(() => api.close());
	expect([item?.json.status, asked]).toEqual(['ready', 2]);
});

test('batches of items wait for each other, and for a place among those that are worked on', async () => {
	const items = Array.from({ length: 3 }, (_, n) => ({ json: { n } }));
	const batching = { batch: { batchSize: 1, batchInterval: 1_000 } };
	const output = await at.download({ output: 'signedUrl', options: { maxConcurrency: 1 }, requestOptions: { batching } }, { items });
	expect(output).toHaveLength(3);
	// From start to start, and a start may be held up: without batches they follow each other at once.
	for (const pause of pausesBetween(await at.puts())) expect(pause).toBeGreaterThan(500);
});
