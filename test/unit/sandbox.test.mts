import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { Crc32c } from '@aws-crypto/crc32c';
import { unzipSync } from 'fflate';
import { PNG } from 'pngjs';
import { until } from '../n8n/process/until.mts';
import { keys, known, type PackageSettings, type SandboxHandle, type ScriptedAnswer, startSandbox, type StorageFault } from '../sandbox/client.mts';

interface Reply {
	/** 0: no answer. */
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** Whether the body came to its announced end. */
	complete: boolean;
	/** The error code the connection ended with, if any. */
	broke?: string;
}

interface Sent {
	method?: string;
	headers?: Record<string, string>;
	body?: string;
	/** Gives up after so long without a byte. */
	quietMs?: number;
}

/** Plain HTTP with nothing done for us: no redirects, no retries, no shared connections. */
async function send(url: string, { method, headers, body, quietMs }: Sent = {}): Promise<Reply> {
	let broke: string | undefined;
	const broken = (cause: NodeJS.ErrnoException) => (broke ??= cause.code ?? cause.message);
	const sent = request(url, { method, headers, agent: false }).on('error', broken);
	sent.setTimeout(quietMs ?? 0, () => sent.destroy(Object.assign(new Error(), { code: 'QUIET' })));
	const chunks: Buffer[] = [];
	sent.on('response', (response) => response.on('error', broken).on('data', (chunk: Buffer) => chunks.push(chunk)));
	sent.end(body);
	const response: IncomingMessage | undefined = await once(sent, 'response').then(([given]) => given, () => undefined);
	if (response !== undefined && !response.closed) await new Promise((resolve) => response.once('close', resolve));
	return { status: response?.statusCode ?? 0, headers: response?.headers ?? {}, body: Buffer.concat(chunks), complete: response?.complete ?? false, broke };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the sandbox', () => {
	let sandbox: SandboxHandle;
	const demo = known.demo.taskId;
	const demoPath = `/v0/workflows/${known.demo.workflowId}`;
	const taskDownload = `${demoPath}/jobs/${known.demo.jobId}/tasks/${demo}/download`;

	beforeAll(async () => {
		sandbox = await startSandbox({ readyAfterMs: 0 });
	});
	afterAll(() => sandbox.stop());
	beforeEach(() => sandbox.reset());

	const api = async (path: string, { key = keys.valid, ...rest }: Sent & { key?: string | null } = {}) => {
		const reply = await send(`${sandbox.url}${path}`, { ...rest, headers: key === null ? {} : { authorization: key } });
		return { ...reply, json: (reply.body.length > 0 ? JSON.parse(reply.body.toString()) : undefined) as any };
	};
	const put = () => api(taskDownload, { method: 'PUT' });
	const range = (value: string, more: Record<string, string> = {}) => ({ headers: { range: value, ...more } });
	/** A package like this, and a URL for it. */
	const served = async (settings: PackageSettings = { size: 1000 }) => {
		await sandbox.configurePackage(demo, settings);
		return await sandbox.signUrl(demo);
	};

	describe('authenticates as documented', () => {
		it.each([
			[200, 'sandbox-key'],
			[200, 'Bearer sandbox-key'],
			[200, 'bearer sandbox-key'],
			[401, 'unknown-key'],
			[401, 'Bearer unknown-key'],
			[401, 'Bearer Bearer sandbox-key'],
			[401, 'Basic c2FuZGJveA=='],
			[401, 'Bearer'],
			[403, 'sandbox-expired-key'],
			[403, 'Bearer sandbox-revoked-key'],
			[403, null],
		])('answers %i to %s', async (status, key) => {
			const reply = await api('/v0/workflows?limit=1', { key });
			expect(reply.status).toBe(status);
			if (status !== 200) expect(reply.json.error).toEqual({ code: expect.any(String), message: expect.stringMatching(/token/), details: null });
		});
		it('keeps a key to its projects', async () => {
			const key = keys.miningOnly;
			const { projectId, workflowId } = known.otherProject;
			expect((await api(`/v0/projects/${projectId}`, { key })).status).toBe(403);
			expect((await api(`/v0/workflows/${workflowId}/jobs`, { key })).status).toBe(403);
			const { count, projects } = (await api('/v0/projects', { key })).json;
			expect([count, projects[0].title]).toEqual([1, 'Sandbox (not Pixxel): mining']);
		});
		it('wants no key for ping', async () => {
			expect((await api('/ping', { key: null })).json).toBe('pong');
		});
	});

	describe('refuses what the documentation does not know', () => {
		const { workflowId, jobId } = known.demo;
		it.each([
			['an unknown parameter', 'GET /v0/workflows?page=1', 'bad_request'],
			['a parameter of another call', 'GET /v0/projects?limit=1', 'bad_request'],
			['a name that objects have anyway', 'GET /v0/workflows?constructor=1', 'bad_request'],
			['a limit that is no integer', 'GET /v0/workflows?limit=1.5', 'bad_request'],
			['a negative offset', 'GET /v0/workflows?offset=-1', 'bad_request'],
			['an empty number', 'GET /v0/workflows?limit=', 'bad_request'],
			['an empty filter', 'GET /v0/workflows?name=', 'bad_request'],
			['a parameter given twice', 'GET /v0/workflows?limit=1&limit=2', 'bad_request'],
			['a date that is none', 'GET /v0/workflows?created_on=yesterday', 'bad_request'],
			['malformed encoding in the query', 'GET /v0/workflows?name=%E0%A4%A', 'bad_request'],
			['malformed encoding in the path', 'GET /v0/projects/%E0%A4%A', 'bad_request'],
			['a missing project', 'GET /v0/workflows/some-workflow', 'bad_request'],
			['paging of jobs', 'GET /v0/workflows/some-workflow/jobs?limit=1', 'bad_request'],
			['a body', `PUT ${taskDownload} {}`, 'bad_request'],
			['another method', `GET ${taskDownload}`, 'method_not_allowed'],
			['another path', 'GET /v0/workflow', 'not_found'],
			['a path without its identifier', 'GET /v0/workflows/', 'not_found'],
			['an identifier of nothing', `GET /v0/workflows/${known.nothing}/jobs`, 'not_found'],
			['an encoded slash in an identifier', 'GET /v0/workflows/a%2Fb/jobs', 'not_found', 'workflow a/b was not found'],
			['a task of another job', `PUT ${taskDownload.replace(demo, known.otherJob.taskId)}`, 'not_found'],
			['a job of another workflow', `GET /v0/workflows/${known.workflowWithoutJobs}/jobs/${jobId}`, 'not_found'],
			['a workflow of another project', `GET ${demoPath}?project_id=${known.otherProject.projectId}`, 'not_found', `workflow ${workflowId} was not found`],
			['the output of a job that runs', `PUT ${demoPath}/jobs/${known.running.jobId}/download`, 'not_finished'],
			['the output of a task that runs', `PUT ${demoPath}/jobs/${known.running.jobId}/tasks/${known.running.taskId}/download`, 'not_finished'],
		])('%s', async (_what, asked, code, words = '') => {
			const [method, path = '', body] = asked.split(' ');
			const { status, json } = await api(path, { method, body });
			const statuses: Record<string, number> = { bad_request: 400, not_finished: 400, not_found: 404, method_not_allowed: 405 };
			expect([status, json.error]).toEqual([statuses[code], expect.objectContaining({ code, message: expect.stringContaining(words) })]);
		});
	});

	describe('shows jobs', () => {
		it('in no order of time', async () => {
			const { jobs } = (await api(`${demoPath}/jobs`)).json;
			const times = jobs.map((job: { created_at: string }) => job.created_at);
			expect(times).toHaveLength(5);
			expect(times).not.toEqual([...times].sort());
			expect(times).not.toEqual([...times].sort().reverse());
			for (const job of jobs) expect(typeof job.progress).toBe('string');
		});
		it('with their tasks, failed ones with the reason', async () => {
			const { tasks } = (await api(`${demoPath}/jobs/${known.failed.jobId}`)).json;
			expect(tasks.map(({ status }: { status: string }) => status)).toEqual(['completed', 'completed', 'failed', 'pending']);
			expect(tasks[2]).toMatchObject({ id: known.failed.taskId, err_msg: expect.stringContaining('clouds'), progress: 60 });
		});
		it('as made and ended by hand', async () => {
			const { workflowId } = known.demo;
			const running = await sandbox.makeJob({ workflowId, running: true });
			const listed = async () => (await api(`${demoPath}/jobs?id=${running.id}`)).json.jobs[0];
			expect(await listed()).toMatchObject({ status: 'running', progress: '40', finished_at: '' });
			await sandbox.finishJob(running.id, { status: 'failed', finishedAt: null });
			expect(await listed()).not.toHaveProperty('finished_at');
			await expect(sandbox.makeJob({ workflowId: 'none' })).rejects.toThrow('workflow none was not found');
		});
	});

	describe('packages outputs', () => {
		it('pending first, then ready, however often it is asked, with another link each time', async () => {
			await sandbox.configurePackage(demo, { readyAfterMs: 300 });
			const { taskId: id, jobId: job_id, workflowId: workflow_id } = known.demo;
			const pending = { id, job_id, workflow_id, status: 'pending', signed_url: '' };
			expect((await put()).json).toEqual(pending);
			expect((await put()).json).toEqual(pending);
			const ready = await until('ready', async () => {
				const { json } = await put();
				return json.status === 'ready' && json;
			});
			expect(ready).toEqual({ ...pending, status: 'ready', signed_url: expect.stringMatching(/^http:.*X-Sandbox-Signature=/) });
			expect((await put()).json.signed_url).not.toBe(ready.signed_url);
			expect((await sandbox.packageInfo(demo)).puts).toBeGreaterThanOrEqual(4);
		});
		it('as a real ZIP, the same each time', async () => {
			const { headers, body } = await send((await put()).json.signed_url);
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
		it('whose rasters, statistics and zones agree', async () => {
			const files = unzipSync((await send((await put()).json.signed_url)).body);
			expect(Object.keys(files)).toEqual(['rasters/bands.tif', 'rasters/ndvi.tif', 'vectors/zones.geojson', 'quicklook.png', 'statistics.json']);
			const { width, height } = PNG.sync.read(Buffer.from(files['quicklook.png'] ?? []));
			expect([width, height]).toEqual([512, 512]);
			const json = (name: string) => JSON.parse(Buffer.from(files[name] ?? []).toString());
			expect(json('statistics.json').note).toContain('not satellite data');
			const script = `import { fromArrayBuffer } from 'geotiff';
				const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);
				const bytes = new Uint8Array(Buffer.concat(chunks));
				const image = await (await fromArrayBuffer(bytes.buffer)).getImage();
				const last = image.getSamplesPerPixel() - 1;
				const [band] = await image.readRasters({ samples: [last] });
				const mean = band.reduce((sum, value) => sum + value, 0) / band.length;
				console.log(JSON.stringify({ bands: last + 1, width: image.getWidth(), box: image.getBoundingBox(),
					system: image.getGeoKeys().ProjectedCSTypeGeoKey, mean }));`;
			const imageOf = (name: string) => {
				const read = spawnSync(process.execPath, ['--input-type=module', '-e', script], { input: files[name] });
				expect(read.stderr.toString()).toBe('');
				return JSON.parse(read.stdout.toString());
			};
			const image = imageOf('rasters/bands.tif');
			expect(image).toMatchObject({ bands: 6, width: 128, system: 32643 });
			expect(image.box[2] - image.box[0]).toBe(640);
			expect(image.mean / 10_000).toBeCloseTo(json('statistics.json').bands[5].mean, 3);
			const index = imageOf('rasters/ndvi.tif');
			expect(index).toMatchObject({ bands: 1, width: 128, box: image.box });
			const zones = json('vectors/zones.geojson').features;
			const zonesMean = zones.reduce((sum: number, zone: any) => sum + zone.properties.mean_ndvi, 0) / zones.length;
			expect(zonesMean).toBeCloseTo(index.mean, 3);
			// Two degrees west of the zone's meridian at most, 20.8 to 21.1 degrees north.
			const [longitude, latitude] = zones[0].geometry.coordinates[0][0];
			expect(Math.abs(longitude - 74.15)).toBeLessThan(0.15);
			expect(Math.abs(latitude - 20.9)).toBeLessThan(0.2);
		});
	});

	describe('stores packages behind signed URLs', () => {
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
			expect((await api('/v0/projects')).status).toBe(200);
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
