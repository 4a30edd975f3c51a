import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Crc32c } from '@aws-crypto/crc32c';
import { unzipSync } from 'fflate';
import { until } from '../n8n/process/until.mts';
import { keys, known, type PackageSettings, type SandboxHandle, type ScriptedAnswer, startSandbox, type StorageFault } from '../sandbox/client.mts';
import { type Reply, send } from './plainHttp.mts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the sandbox', () => {
	let sandbox: SandboxHandle;
	const demo = known.demo.taskId;
	const taskDownload = `/v0/workflows/${known.demo.workflowId}/jobs/${known.demo.jobId}/tasks/${demo}/download`;

	beforeAll(async () => {
		sandbox = await startSandbox({ readyAfterMs: 0 });
	});
	afterAll(() => sandbox.stop());
	beforeEach(() => sandbox.reset());

	const put = () => send(`${sandbox.url}${taskDownload}`, { method: 'PUT', headers: { authorization: keys.valid } });
	const range = (value: string, more: Record<string, string> = {}) => ({ headers: { range: value, ...more } });
	/** A package like this, and a URL for it. */
	const served = async (settings: PackageSettings = { size: 1000 }) => {
		await sandbox.configurePackage(demo, settings);
		return await sandbox.signUrl(demo);
	};

	describe('stores packages behind signed URLs', () => {
		it('of real ZIPs, the same each time', async () => {
			const { headers, body } = await send(await sandbox.signUrl(demo));
			expect(headers).toMatchObject({
				'content-type': 'application/zip',
				'content-length': String(body.length),
				'accept-ranges': 'bytes',
				'content-disposition': expect.stringMatching(/^attachment; filename="sandbox-.+\.zip"; filename\*=UTF-8''/),
			});
			const info = await sandbox.packageInfo(demo);
			expect(info).toMatchObject({ size: body.length, sha256: sha256(body) });
			await sandbox.reset();
			expect((await sandbox.packageInfo(demo)).sha256).toBe(info.sha256);
		});
		it('refuses what is not signed, signed wrongly, expired, or authorised twice', async () => {
			const url = await served();
			await sandbox.addFaults(demo, { expire: true });
			for (const [asked, headers, status, words] of [
				[url.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), {}, 403, 'SignatureDoesNotMatch'],
				[url.replace(demo, known.second.taskId), {}, 403, 'SignatureDoesNotMatch'],
				[url.slice(0, url.indexOf('?')), {}, 403, 'AccessDenied'],
				[url, { authorization: keys.valid }, 400, 'Only one auth mechanism allowed'],
				[url, {}, 403, 'Request has expired'],
				[url, {}, 403, 'Request has expired'],
				[await sandbox.signUrl(demo), {}, 200, ''],
			] as const) {
				const reply = await send(asked, { headers });
				expect([reply.status, reply.body.toString('latin1')]).toEqual([status, expect.stringContaining(words)]);
			}
			await sandbox.configurePackage(demo, { expiredStatus: 410 });
			expect((await send(url)).status).toBe(410);
		});
		it('serves ranges', async () => {
			const url = await served({ size: 3_000_000 });
			const whole = (await send(url)).body;
			expect(sha256(whole)).toBe((await sandbox.packageInfo(demo)).sha256);
			for (const [asked, from, end] of [
				['bytes=0-0', 0, 1],
				['bytes=1048570-1048590', 1_048_570, 1_048_591],
				['bytes=65535-131080', 65_535, 131_081],
				['bytes=2999990-', 2_999_990, 3_000_000],
				['bytes=2999990-9999999', 2_999_990, 3_000_000],
				['bytes=-5', 2_999_995, 3_000_000],
			] as const) {
				const reply = await send(url, range(asked));
				expect([reply.status, reply.headers['content-range']]).toEqual([206, `bytes ${from}-${end - 1}/3000000`]);
				expect(reply.body.equals(whole.subarray(from, end))).toBe(true);
			}
			for (const ignored of ['bytes=5-1', 'bytes=0-1,4-5', 'items=0-1', 'bytes=-']) {
				expect((await send(url, range(ignored))).status).toBe(200);
			}
		});
		it.each([
			[3_000_000, ['bytes=3000000-', 'bytes=-0']],
			[0, ['bytes=0-', 'bytes=-1', 'bytes=0-0']],
		])('has %i bytes, and none beyond', async (size, beyond) => {
			const url = await served({ size });
			expect(await send(url)).toMatchObject({ status: 200, complete: true, headers: { 'content-length': String(size) } });
			for (const asked of beyond) {
				expect(await send(url, range(asked))).toMatchObject({ status: 416, headers: { 'content-range': `bytes */${size}` } });
			}
		});
		it('keeps to versions', async () => {
			const url = await served();
			const etag = String((await send(url)).headers.etag);
			const given = async (headers: Record<string, string>) => (await send(url, range('bytes=0-9', headers))).status;
			expect(await given({ 'if-match': etag })).toBe(206);
			expect(await given({ 'if-match': '"other"' })).toBe(412);
			await sandbox.configurePackage(demo, { etag: 'weak' });
			expect((await send(url)).headers.etag).toBe(`W/${etag}`);
			expect(await given({ 'if-match': `W/${etag}` })).toBe(412);
			// Whoever begins to send these must not be served as if they held.
			for (const name of ['if-range', 'if-none-match', 'if-modified-since', 'if-unmodified-since']) {
				expect(await given({ [name]: etag })).toBe(501);
			}
		});
		it('shows its settings in its headers', async () => {
			const url = await served({ size: 1000, ranges: false, announceLength: false, fileName: 'Überblick "1".zip', contentType: '', etag: 'none', lastModified: false });
			const reply = await send(url, range('bytes=0-9'));
			expect([reply.status, reply.body.length, reply.headers['transfer-encoding']]).toEqual([200, 1000, 'chunked']);
			for (const name of ['accept-ranges', 'content-type', 'etag', 'last-modified']) expect(reply.headers).not.toHaveProperty(name);
			expect(reply.headers['content-disposition']).toBe(
				`attachment; filename="_berblick \\"1\\".zip"; filename*=UTF-8''%C3%9Cberblick%20%221%22.zip`,
			);
		});
		it('announces digests of the whole package, with every part of it', async () => {
			const url = await served({ size: 100_000, digests: ['x-goog-hash:crc32c', 'x-goog-hash:md5', 'content-md5'] });
			const { body, headers } = await send(url);
			const md5 = createHash('md5').update(body).digest('base64');
			const crc32c = Buffer.alloc(4);
			crc32c.writeUInt32BE(new Crc32c().update(body).digest());
			const all = { 'x-goog-hash': `crc32c=${crc32c.toString('base64')},md5=${md5}`, 'content-md5': md5 };
			expect(headers).toMatchObject(all);
			const { 'content-md5': ofPart, ...part } = (await send(url, range('bytes=0-9'))).headers;
			expect([ofPart, part['x-goog-hash'], part['x-ms-blob-content-md5']]).toEqual([undefined, all['x-goog-hash'], md5]);
		});
		it.each(['path', 'port'] as const)('redirects to another %s when told to', async (redirect) => {
			const first = await send(await served({ size: 1000, redirect }));
			expect(first.status).toBe(302);
			const next = new URL(String(first.headers.location), sandbox.url);
			expect(next.origin === sandbox.url).toBe(redirect === 'path');
			expect((await send(next.href)).body).toHaveLength(1000);
		});
		it('thinks for a while, and caps connections', async () => {
			const url = await served({ size: 1000, latencyMs: 150, connectionCap: 2 });
			const before = Date.now();
			const replies = await Promise.all([send(url), send(url), send(url)]);
			expect(Date.now() - before).toBeGreaterThanOrEqual(149);
			expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
			expect(replies.find(({ status }) => status === 503)?.body.toString()).toContain('SlowDown');
			expect((await sandbox.state()).mostStorageRequestsInFlight).toBe(3);
		});
	});

	describe('fails as storage does', () => {
		const size = 3_000_000;
		it.each<[fault: StorageFault, asked: string, status: number, from: number, end: number, ended: string, contentRange?: string]>([
			[{ cutAfter: 1_500_000 }, '', 200, 0, 1_500_000, 'ECONNRESET'],
			[{ cutAfter: 0 }, '', 200, 0, 0, 'ECONNRESET'],
			[{ cutAt: 2_000_000 }, 'bytes=1999000-', 206, 1_999_000, 2_000_000, 'ECONNRESET', 'bytes 1999000-2999999'],
			[{ stallAt: 1_000 }, '', 200, 0, 1_000, 'QUIET'],
			[{ short: 10 }, '', 200, 0, size - 10, 'ECONNRESET'],
			[{ reset: true }, '', 0, 0, 0, 'ECONNRESET'],
			[{ silent: true }, '', 0, 0, 0, 'QUIET'],
			[{ pass: true }, '', 200, 0, size, 'complete'],
			[{ ignoreRange: true }, 'bytes=0-9', 200, 0, size, 'complete'],
			[{ otherBytes: true }, 'bytes=100-199', 206, 101, 201, 'complete', 'bytes 101-200'],
			[{ otherBytes: true }, 'bytes=2999900-', 206, 2_999_899, 2_999_999, 'complete', 'bytes 2999899-2999998'],
			[{ wrongContentRange: true }, 'bytes=0-9', 206, 0, 10, 'complete', 'bytes 1-10'],
			[{ noContentRange: true }, 'bytes=0-9', 206, 0, 10, 'complete'],
		])('%j, asked for %j: %i, bytes %i to %i, %s', async (fault, asked, status, from, end, ended, contentRange = '') => {
			const url = await served({ size });
			const { body } = await send(url);
			await sandbox.addFaults(demo, fault);
			const sent = { ...(asked && range(asked)), quietMs: 300 };
			const reply = await send(url, sent);
			expect([reply.status, reply.body.length, reply.complete ? 'complete' : reply.broke]).toEqual([status, end - from, ended]);
			expect(reply.headers['content-range']).toBe(contentRange ? `${contentRange}/${size}` : undefined);
			if (status === 200) expect(reply.headers['content-length']).toBe(String(size));
			expect(reply.body.equals(body.subarray(from, end))).toBe(true);
			expect((await sandbox.requests('storage'))[1]?.bytesSent).toBe(end - from);
			expect(await send(url, sent)).toMatchObject({ status: asked ? 206 : 200, complete: true });
		});
		it('refuses, in its own words or in a test\'s, as often as it shall', async () => {
			const url = await served();
			await sandbox.addFaults(demo, [{ status: 503, retryAfter: 1, times: 2 }, { status: 404, body: 'gone', headers: { 'x-more': 'a' } }]);
			for (let n = 0; n < 2; n++) expect(await send(url)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
			const refused = await send(url);
			expect([refused.status, refused.body.toString(), refused.headers['x-more']]).toEqual([404, 'gone', 'a']);
			expect((await send(url)).status).toBe(200);
		});
		it('keeps a fault for the GET that covers its offset, and flips that byte alone', async () => {
			const url = await served({ size });
			const { body } = await send(url);
			await sandbox.addFaults(demo, { corruptAt: 2_000_000 });
			const before = await send(url, range('bytes=1000-1999999'));
			expect(before.body.equals(body.subarray(1000, 2_000_000))).toBe(true);
			const corrupt = await send(url, range('bytes=1999998-2000009'));
			expect([...corrupt.body].flatMap((byte, index) => (byte === body[1_999_998 + index] ? [] : [index]))).toEqual([2]);
		});
		it.each<[string, PackageSettings, files: number, filesOfSmaller: number]>([
			['made-up bytes', { size }, 0, 0],
			['a made-up archive', { archive: { files: [{ path: 'a.tif', size: 200_000 }] } }, 1, 1],
			['a real ZIP', {}, 5, 1],
		])('replaces the package: %s', async (_what, settings, files, filesOfSmaller) => {
			const url = await served(settings);
			const first = await send(url);
			await sandbox.addFaults(demo, [{ replaceSameSize: true }, { replace: true }]);
			const second = await send(url);
			expect(second.body).toHaveLength(first.body.length);
			expect(second.headers.etag).not.toBe(first.headers.etag);
			expect(second.body.equals(first.body)).toBe(false);
			if (files > 0) expect(Object.keys(unzipSync(second.body))).toHaveLength(files);
			expect((await send(url, range('bytes=0-9', { 'if-match': String(second.headers.etag) }))).status).toBe(412);
			const third = await send(url);
			expect(third.body.length).toBeGreaterThan(0);
			expect(third.body.length).not.toBe(first.body.length);
			await sandbox.addFaults(demo, { replaceSmaller: true });
			const beyond = await send(url, range(`bytes=${Math.floor(first.body.length / 2)}-`));
			const { body } = await send(url);
			expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${body.length}`]);
			if (files > 0) expect(Object.keys(unzipSync(body))).toHaveLength(filesOfSmaller);
		});
	});

	describe('is driven by tests', () => {
		it('gives scripted answers in their order, then its own', async () => {
			const answers: Array<[ScriptedAnswer, Partial<Reply>]> = [
				[{ status: 429, headers: { 'Retry-After': '2' }, body: { error: {} } }, { status: 429, headers: { 'retry-after': '2' } }],
				[{ text: '<html>', headers: { 'Content-Type': 'text/html' }, status: 502 }, { status: 502, headers: { 'content-type': 'text/html' } }],
				[{ fault: 'reset' }, { status: 0, broke: 'ECONNRESET' }],
				[{ fault: 'empty' }, { status: 0, broke: 'ECONNRESET' }],
				[{ fault: 'stall' }, { status: 0, broke: 'QUIET' }],
				[{ fault: 'cut', body: { a: 1 } }, { status: 200, complete: false }],
				[{ delayMs: 150 }, { status: 200, complete: true }],
			];
			await sandbox.script({ method: 'PUT', path: 'download$' }, answers.map(([answer]) => answer));
			expect((await send(`${sandbox.url}/v0/projects`, { headers: { authorization: keys.valid } })).status).toBe(200);
			for (const [{ delayMs = 0 }, expected] of answers) {
				const before = Date.now();
				expect(await send(`${sandbox.url}${taskDownload}`, { method: 'PUT', quietMs: 300, headers: { authorization: keys.valid } })).toMatchObject(expected);
				expect(Date.now() - before).toBeGreaterThanOrEqual(delayMs - 1);
			}
			expect((await put()).status).toBe(200);
		});
		it('gives one scripted answer as often as it shall', async () => {
			await sandbox.script({}, [{ status: 502, times: 2 }, { status: 500, repeat: true }]);
			const statuses: number[] = [];
			for (let n = 0; n < 5; n++) statuses.push((await send(`${sandbox.url}/ping`)).status);
			expect(statuses).toEqual([502, 502, 500, 500, 500]);
			await sandbox.clearScripts();
			expect((await send(`${sandbox.url}/ping`)).status).toBe(200);
		});
		it('counts connections, and ends stalled ones on reset', async () => {
			const url = await served();
			await sandbox.addFaults(demo, { stallAt: 10 });
			const stalled = send(url);
			/** Waits for so many connections, with as many requests to storage. */
			const open = async (count: number) =>
				await until(`${count} open`, async () => {
					const { openSockets, storageRequestsInFlight } = await sandbox.state();
					return openSockets === count && storageRequestsInFlight === count;
				});
			await open(1);
			await sandbox.reset();
			expect((await stalled).complete).toBe(false);
			await open(0);
		});
	});

	describe('ends', () => {
		it('when it is told to, and with its parent', async () => {
			const isGone = async (url: string) => (await send(`${url}/ping`)).broke === 'ECONNREFUSED';
			const other = await startSandbox();
			expect(await isGone(other.url)).toBe(false);
			await other.stop();
			await other.stop();
			expect(await isGone(other.url)).toBe(true);

			const script = `const { startSandbox } = await import('./test/sandbox/client.mts');
				console.log((await startSandbox()).url); process.kill(process.pid, 'SIGKILL');`;
			const said = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]).stdout.toString();
			expect(said).toMatch(/^http:/);
			await until('nobody there', () => isGone(said.trim()));
		});
	});
});
