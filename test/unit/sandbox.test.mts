import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Crc32c } from '@aws-crypto/crc32c';
import { unzipSync } from 'fflate';
import { until } from '../n8n/process/until.mts';
import { type AnnouncedDigest, keys, known, type SandboxHandle, startSandbox } from '../sandbox/client.mts';

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
function send(url: string, { method, headers, body, quietMs }: Sent = {}): Promise<Reply> {
	return new Promise((resolve) => {
		const reply: Reply = { status: 0, headers: {}, body: Buffer.alloc(0), complete: false };
		const broken = (cause: NodeJS.ErrnoException) => (reply.broke ??= cause.code ?? cause.message);
		const sent = request(url, { method, headers, agent: false }, (response) => {
			Object.assign(reply, { status: response.statusCode, headers: response.headers });
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', broken);
			response.on('close', () => resolve({ ...reply, body: Buffer.concat(chunks), complete: response.complete }));
		});
		sent.on('error', (cause) => {
			broken(cause);
			if (reply.status === 0) resolve(reply);
		});
		if (quietMs !== undefined) sent.setTimeout(quietMs, () => sent.destroy(Object.assign(new Error(), { code: 'QUIET' })));
		sent.end(body);
	});
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the sandbox', () => {
	let sandbox: SandboxHandle;
	const demo = known.demo.taskId;
	const demoPath = `/v0/workflows/${known.demo.workflowId}`;

	beforeAll(async () => {
		sandbox = await startSandbox({ readyAfterMs: 0, log: true });
	}, 30_000);
	afterAll(() => sandbox.stop());
	beforeEach(() => sandbox.reset());

	const api = async (path: string, { key = keys.valid, ...rest }: Sent & { key?: string | null } = {}) => {
		const reply = await send(`${sandbox.url}${path}`, { ...rest, headers: key === null ? {} : { authorization: key } });
		return { ...reply, json: (reply.body.length > 0 ? JSON.parse(reply.body.toString()) : undefined) as any };
	};
	const put = (path = sandbox.taskDownloadPath(known.demo)) => api(path, { method: 'PUT' });
	/** A package of made-up bytes, and a URL for it. */
	const synthetic = async (size: number | null) => {
		await sandbox.configurePackage(demo, { size });
		return await sandbox.signUrl(demo);
	};
	const range = (value: string, more: Record<string, string> = {}) => ({ headers: { range: value, ...more } });

	describe('says everywhere that it is a double', () => {
		it('in each project title, in the log and never with a key or a signature in it', async () => {
			const { json } = await api('/v0/projects');
			expect(json.count).toBeGreaterThanOrEqual(2);
			for (const project of json.projects) expect(project.title).toMatch(/^Sandbox \(not Pixxel\): /);
			const answer = await put();
			await send(answer.json.signed_url);
			await until('the download in the log', async () => sandbox.log().includes('GET /storage/packages/'));
			expect(sandbox.log()).toContain('[sandbox: a double of the Pixxel API, not Pixxel] PUT /v0/workflows/');
			expect(sandbox.log()).not.toContain('Signature');
		});
	});

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
			const envelope = { code: expect.any(String), message: expect.stringMatching(/token/), details: null };
			expect(reply.json.error).toEqual(status === 200 ? undefined : envelope);
		});
		it('keeps a key to its projects', async () => {
			const key = keys.miningOnly;
			const { projectId, workflowId } = known.otherProject;
			expect((await api(`/v0/projects/${projectId}`, { key })).status).toBe(403);
			expect((await api(`/v0/workflows/${workflowId}/jobs`, { key })).status).toBe(403);
			expect((await api('/v0/projects', { key })).json.count).toBe(1);
		});
		it('wants no key for ping', async () => {
			expect((await api('/ping', { key: null })).json).toBe('pong');
		});
	});

	describe('refuses what the documentation does not know', () => {
		it.each([
			['an unknown parameter', '/v0/workflows?page=1'],
			['a parameter of another call', '/v0/projects?limit=1'],
			['a name that objects have anyway', '/v0/workflows?constructor=1'],
			['a limit that is no integer', '/v0/workflows?limit=1.5'],
			['a negative offset', '/v0/workflows?offset=-1'],
			['an empty number', '/v0/workflows?limit='],
			['an empty filter', '/v0/workflows?name='],
			['a parameter given twice', '/v0/workflows?limit=1&limit=2'],
			['a date that is none', '/v0/workflows?created_on=yesterday'],
			['malformed encoding in the query', '/v0/workflows?name=%E0%A4%A'],
			['malformed encoding in the path', '/v0/projects/%E0%A4%A'],
			['a missing project', '/v0/workflows/some-workflow'],
			['paging of jobs', '/v0/workflows/some-workflow/jobs?limit=1'],
		])('%s', async (_what, path) => {
			const reply = await api(path);
			expect([reply.status, reply.json.error.code]).toEqual([400, 'bad_request']);
		});
		it('a body', async () => {
			const reply = await api(sandbox.taskDownloadPath(known.demo), { method: 'PUT', body: '{}' });
			expect(reply.status).toBe(400);
		});
		it('other methods and paths', async () => {
			const get = await api(sandbox.taskDownloadPath(known.demo));
			expect([get.status, get.headers.allow]).toEqual([405, 'PUT']);
			expect((await api('/v0/workflow')).status).toBe(404);
			expect((await api('/v0/workflows/')).status).toBe(404);
		});
		it('identifiers of nothing, and things that do not belong together', async () => {
			const unknown = await api(`/v0/workflows/${known.nothing}/jobs`);
			expect(unknown.status).toBe(404);
			expect(unknown.json.error.message).toBe(`workflow ${known.nothing} was not found`);
			const { workflowId, jobId } = known.demo;
			expect((await put(sandbox.taskDownloadPath({ ...known.demo, taskId: known.otherJob.taskId }))).status).toBe(404);
			expect((await api(`/v0/workflows/${known.workflowWithoutJobs}/jobs/${jobId}`)).status).toBe(404);
			expect((await api(`/v0/workflows/${workflowId}?project_id=${known.otherProject.projectId}`)).status).toBe(404);
			expect((await api(`/v0/workflows/${encodeURIComponent('a/b')}/jobs`)).json.error.message).toContain('a/b');
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
			expect((await put(`${demoPath}/jobs/${running.id}/download`)).json.error.code).toBe('not_finished');
			await sandbox.finishJob(running.id, { status: 'failed', errMsg: 'Stopped', finishedAt: null });
			expect(await listed()).not.toHaveProperty('finished_at');
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
			const reply = await send((await put()).json.signed_url);
			expect(reply.headers).toMatchObject({
				'content-type': 'application/zip',
				'content-length': String(reply.body.length),
				'accept-ranges': 'bytes',
				'content-disposition': expect.stringMatching(/^attachment; filename="sandbox-.+\.zip"; filename\*=UTF-8''/),
			});
			const files = unzipSync(reply.body);
			const text = (name: string) => Buffer.from(files[name] ?? []).toString();
			expect(Object.keys(files)).toEqual([
				'rasters/bands.tif',
				'rasters/ndvi.tif',
				'vectors/zones.geojson',
				'quicklook.png',
				'statistics.json',
			]);
			expect(text('quicklook.png').slice(1, 4)).toBe('PNG');
			expect(JSON.parse(text('statistics.json')).note).toContain('not satellite data');
			const info = await sandbox.packageInfo(demo);
			expect(info).toMatchObject({ size: reply.body.length, sha256: sha256(reply.body) });
			await sandbox.reset();
			expect((await sandbox.packageInfo(demo)).sha256).toBe(info.sha256);

		});
		it('whose rasters, statistics and zones agree', async () => {
			const files = unzipSync((await send((await put()).json.signed_url)).body);
			const json = (name: string) => JSON.parse(Buffer.from(files[name] ?? []).toString());
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
			expect(longitude).toBeGreaterThan(74);
			expect(longitude).toBeLessThan(74.3);
			expect(latitude).toBeGreaterThan(20.7);
			expect(latitude).toBeLessThan(21.1);
		});
	});

	describe('stores packages behind signed URLs', () => {
		it('refuses what is not signed, signed wrongly, expired, or authorised twice', async () => {
			const url = await synthetic(1000);
			const wrong = await send(url.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')));
			expect([wrong.status, wrong.body.toString()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
			expect((await send(url.replace(demo, known.second.taskId))).status).toBe(403);
			expect((await send(url.slice(0, url.indexOf('?')))).status).toBe(403);
			const twice = await send(url, { headers: { authorization: keys.valid } });
			expect([twice.status, twice.body.toString()]).toEqual([400, expect.stringContaining('Only one auth mechanism allowed')]);
			const expired = await send(await sandbox.signUrl(demo, { ttlMs: -1 }));
			expect([expired.status, expired.body.toString()]).toEqual([403, expect.stringContaining('Request has expired')]);
			await sandbox.configurePackage(demo, { expiredStatus: 410 });
			expect((await send(await sandbox.signUrl(demo, { ttlMs: -1 }))).status).toBe(410);
		});
		it('serves ranges', async () => {
			const url = await synthetic(3_000_000);
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
			const beyond = await send(url, range('bytes=3000000-'));
			expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */3000000']);
		});
		it('serves empty packages', async () => {
			const url = await synthetic(0);
			expect(await send(url)).toMatchObject({ status: 200, complete: true, headers: { 'content-length': '0' } });
			for (const asked of ['bytes=0-', 'bytes=-1', 'bytes=0-0']) {
				expect(await send(url, range(asked))).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */0' } });
			}
		});
		it('keeps to versions', async () => {
			const url = await synthetic(1000);
			const etag = String((await send(url)).headers.etag);
			const given = async (headers: Record<string, string>) => (await send(url, range('bytes=0-9', headers))).status;
			expect(await given({ 'if-match': etag })).toBe(206);
			expect(await given({ 'if-match': '"other"' })).toBe(412);
			await sandbox.configurePackage(demo, { etag: 'weak' });
			expect((await send(url)).headers.etag).toBe(`W/${etag}`);
			expect(await given({ 'if-match': `W/${etag}` })).toBe(412);
			await sandbox.configurePackage(demo, { etag: 'none', lastModified: false });
			expect((await send(url)).headers).not.toHaveProperty('etag');
			expect((await send(url)).headers).not.toHaveProperty('last-modified');
			// Whoever begins to send these must not be served as if they held.
			for (const name of ['if-range', 'if-none-match', 'if-modified-since', 'if-unmodified-since']) {
				expect(await given({ [name]: etag })).toBe(501);
			}
		});
		it('shows its settings in its headers', async () => {
			const url = await synthetic(1000);
			await sandbox.configurePackage(demo, { ranges: false, announceLength: false, fileName: 'Überblick "1".zip', contentType: '' });
			const reply = await send(url, range('bytes=0-9'));
			expect([reply.status, reply.body.length, reply.headers['transfer-encoding']]).toEqual([200, 1000, 'chunked']);
			expect(reply.headers).not.toHaveProperty('accept-ranges');
			expect(reply.headers).not.toHaveProperty('content-type');
			expect(reply.headers['content-disposition']).toBe(
				`attachment; filename="_berblick \\"1\\".zip"; filename*=UTF-8''%C3%9Cberblick%20%221%22.zip`,
			);
			await sandbox.configurePackage(demo, { contentDisposition: 'inline; filename=../../x' });
			expect((await send(url)).headers['content-disposition']).toBe('inline; filename=../../x');
		});
		it('announces digests, right or wrong', async () => {
			const url = await synthetic(100_000);
			const announced: AnnouncedDigest[] = ['x-goog-hash:crc32c', 'x-goog-hash:md5', 'content-md5', 'x-amz-checksum-sha256', 'x-amz-checksum-sha1'];
			await sandbox.configurePackage(demo, { digests: announced });
			const reply = await send(url);
			const digest = (name: string) => createHash(name).update(reply.body).digest('base64');
			const crc = Buffer.alloc(4);
			crc.writeUInt32BE(new Crc32c().update(reply.body).digest());
			expect(reply.headers).toMatchObject({
				'x-goog-hash': `crc32c=${crc.toString('base64')},md5=${digest('md5')}`,
				'content-md5': digest('md5'),
				'x-amz-checksum-sha256': digest('sha256'),
				'x-amz-checksum-sha1': digest('sha1'),
			});
			const part = await send(url, range('bytes=0-9'));
			expect(part.headers).not.toHaveProperty('content-md5');
			expect(part.headers['x-ms-blob-content-md5']).toBe(digest('md5'));
			await sandbox.configurePackage(demo, { wrongDigest: true });
			expect((await send(url)).headers['content-md5']).not.toBe(digest('md5'));
		});
		it('redirects when told to', async () => {
			const url = await synthetic(1000);
			for (const redirect of ['path', 'port'] as const) {
				await sandbox.configurePackage(demo, { redirect });
				const first = await send(url);
				expect(first.status).toBe(302);
				const next = new URL(String(first.headers.location), url);
				expect(next.origin === sandbox.url).toBe(redirect === 'path');
				expect((await send(next.href)).body).toHaveLength(1000);
			}
		});
		it('slows down and caps connections', async () => {
			const url = await synthetic(100_000);
			await sandbox.configurePackage(demo, { bytesPerSecond: 200_000, connectionCap: 2 });
			const before = Date.now();
			const replies = await Promise.all([send(url), send(url), send(url)]);
			expect(Date.now() - before).toBeGreaterThan(400);
			expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
			expect(replies.find(({ status }) => status === 503)?.body.toString()).toContain('SlowDown');
			expect((await sandbox.state()).mostStorageRequestsInFlight).toBe(3);
			await sandbox.configurePackage(demo, { bytesPerSecond: null, latencyMs: 150 });
			const again = Date.now();
			await send(url);
			expect(Date.now() - again).toBeGreaterThanOrEqual(149);
		});
	});

	describe('fails as storage does', () => {
		const size = 3_000_000;
		it('cuts at an exact byte, once', async () => {
			const url = await synthetic(size);
			await sandbox.addFaults(demo, [{ cutAfter: 1_500_000 }, { cutAfter: 0 }]);
			const first = await send(url);
			expect([first.status, first.body.length, first.complete]).toEqual([200, 1_500_000, false]);
			const second = await send(url);
			expect([second.status, second.body.length, second.complete]).toEqual([200, 0, false]);
			expect((await send(url)).complete).toBe(true);
			const records = await sandbox.requests('storage');
			expect(records.map(({ bytesSent }) => bytesSent)).toEqual([1_500_000, 0, size]);
		});
		it('keeps a fault for the GET that covers its offset', async () => {
			const url = await synthetic(size);
			await sandbox.addFaults(demo, [{ cutAt: 2_000_000 }, { status: 503, retryAfter: 1, fromByte: 0 }]);
			expect((await send(url, range('bytes=1000-1999999'))).complete).toBe(true);
			const cut = await send(url, range('bytes=1999000-2999999'));
			expect([cut.status, cut.body.length]).toEqual([206, 1000]);
			expect(await send(url)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
			expect((await send(url)).status).toBe(200);
		});
		it('resets, stalls and ends short', async () => {
			const url = await synthetic(size);
			await sandbox.addFaults(demo, [{ reset: true }, { stallAfter: 1000 }, { short: 10 }, { pass: true }, { reset: true, times: 2 }]);
			const replies: Reply[] = [];
			for (let n = 0; n < 7; n++) replies.push(await send(url, { quietMs: 300 }));
			expect(replies.map(({ status, body, complete, broke }) => [status, body.length, complete || broke])).toEqual([
				[0, 0, 'ECONNRESET'],
				[200, 1000, 'QUIET'],
				[200, size - 10, 'ECONNRESET'],
				[200, size, true],
				[0, 0, 'ECONNRESET'],
				[0, 0, 'ECONNRESET'],
				[200, size, true],
			]);
			expect(replies[2]?.headers['content-length']).toBe(String(size));
		});
		it('expires one URL, not the next', async () => {
			const url = await synthetic(size);
			await sandbox.addFaults(demo, { expire: true });
			expect((await send(url)).status).toBe(403);
			expect((await send(url)).status).toBe(403);
			expect((await send(await sandbox.signUrl(demo))).status).toBe(200);
		});
		it.each([
			['made-up bytes', size],
			['a real ZIP', null],
		])('replaces the package: %s', async (_what, length) => {
			const url = await synthetic(length);
			const first = await send(url);
			await sandbox.addFaults(demo, [{ replaceSameSize: true }, { replace: true }]);
			const second = await send(url);
			expect(second.body).toHaveLength(first.body.length);
			expect(second.headers.etag).not.toBe(first.headers.etag);
			expect(second.body.equals(first.body)).toBe(false);
			if (length === null) expect(Object.keys(unzipSync(second.body))).toHaveLength(5);
			expect((await send(url, range('bytes=0-9', { 'if-match': String(second.headers.etag) }))).status).toBe(412);
			const third = await send(url);
			expect(third.body.length).toBeGreaterThan(0);
			expect(third.body.length).not.toBe(first.body.length);
			await sandbox.addFaults(demo, { replaceSmaller: true });
			const beyond = await send(url, range(`bytes=${Math.floor(first.body.length / 2)}-`));
			expect(beyond.status).toBe(416);
			const { body } = await send(url);
			expect(beyond.headers['content-range']).toBe(`bytes */${body.length}`);
			if (length === null) expect(Object.keys(unzipSync(body))).toEqual(['statistics.json']);
		});
		it('serves files that a test has made, one after the other', async () => {
			const folder = await mkdtemp(join(tmpdir(), 'pixxel-versions-'));
			try {
				const versions = [join(folder, 'first'), join(folder, 'second')];
				for (const path of versions) await writeFile(path, `${path}, from beginning to end`);
				await sandbox.configurePackage(demo, { versions });
				const url = await sandbox.signUrl(demo);
				const first = await send(url);
				expect(first.body.toString()).toBe(`${versions[0]}, from beginning to end`);
				expect((await send(url, range('bytes=-3'))).body.toString()).toBe('end');
				await sandbox.addFaults(demo, { replace: true });
				const second = await send(url);
				expect(second.body.toString()).toBe(`${versions[1]}, from beginning to end`);
				expect(second.headers.etag).not.toBe(first.headers.etag);
			} finally {
				await rm(folder, { recursive: true });
			}
		});
		it('never answers', async () => {
			const url = await synthetic(size);
			await sandbox.addFaults(demo, { silent: true });
			expect(await send(url, { quietMs: 200 })).toMatchObject({ status: 0, broke: 'QUIET' });
			expect((await send(url)).status).toBe(200);
		});
		it('gives other bytes than it was asked for, and says which', async () => {
			const url = await synthetic(size);
			const { body } = await send(url);
			for (const [asked, from, end] of [['bytes=100-199', 101, 201], ['bytes=2999900-', 2_999_899, 2_999_999]] as const) {
				await sandbox.addFaults(demo, { otherBytes: true });
				const part = await send(url, range(asked));
				expect([part.status, part.headers['content-range']]).toEqual([206, `bytes ${from}-${end - 1}/${size}`]);
				expect(part.body.equals(body.subarray(from, end))).toBe(true);
			}
		});
		it('gets ranges and bytes wrong', async () => {
			const url = await synthetic(size);
			await sandbox.addFaults(demo, [{ wrongContentRange: true }, { noContentRange: true }, { ignoreRange: true }, { corruptAt: 5 }]);
			expect((await send(url, range('bytes=0-9'))).headers['content-range']).toBe(`bytes 1-10/${size}`);
			const without = await send(url, range('bytes=0-9'));
			expect([without.status, without.headers['content-range']]).toEqual([206, undefined]);
			expect((await send(url, range('bytes=0-9'))).status).toBe(200);
			const corrupt = (await send(url, range('bytes=3-9'))).body;
			const good = (await send(url, range('bytes=3-9'))).body;
			expect([...corrupt].filter((byte, index) => byte !== good[index])).toHaveLength(1);
		});
	});

	describe('is driven by tests', () => {
		it('gives scripted answers in their order, then its own', async () => {
			await sandbox.script({ method: 'PUT', path: 'download$' }, [
				{ status: 429, headers: { 'Retry-After': '2' }, body: { error: {} } },
				{ text: '<html>', headers: { 'Content-Type': 'text/html' }, status: 502, times: 2 },
				{ fault: 'reset' },
				{ fault: 'empty' },
				{ delayMs: 150 },
			]);
			expect((await api('/v0/projects')).status).toBe(200);
			const once = () => send(`${sandbox.url}${sandbox.taskDownloadPath(known.demo)}`, { method: 'PUT', headers: { authorization: keys.valid } });
			expect(await once()).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
			expect(await once()).toMatchObject({ status: 502, headers: { 'content-type': 'text/html' } });
			expect(await once()).toMatchObject({ status: 502 });
			expect(await once()).toMatchObject({ status: 0, broke: 'ECONNRESET' });
			expect(await once()).toMatchObject({ status: 0 });
			const before = Date.now();
			expect(await once()).toMatchObject({ status: 200 });
			expect(Date.now() - before).toBeGreaterThanOrEqual(149);
			expect((await sandbox.state()).scriptedAnswersLeft).toBe(0);
		});
		it('stalls, cuts and repeats', async () => {
			await sandbox.script({ path: '^/ping$' }, [{ fault: 'stall' }, { fault: 'cut', body: { a: 1 } }, { status: 500, repeat: true }]);
			expect(await send(`${sandbox.url}/ping`, { quietMs: 200 })).toMatchObject({ status: 0, broke: 'QUIET' });
			expect(await send(`${sandbox.url}/ping`)).toMatchObject({ status: 200, complete: false });
			for (let index = 0; index < 3; index++) expect((await send(`${sandbox.url}/ping`)).status).toBe(500);
			await sandbox.clearScripts();
			expect((await send(`${sandbox.url}/ping`)).status).toBe(200);
		});
		it('records what it was asked', async () => {
			await api('/v0/workflows?limit=1&name=pond');
			const [record] = await sandbox.requests('api');
			expect(record).toMatchObject({
				part: 'api',
				method: 'GET',
				path: '/v0/workflows',
				query: { limit: '1', name: 'pond' },
				headers: { authorization: 'sandbox-key', host: sandbox.host },
				status: 200,
			});
			expect(record?.bytesSent).toBeGreaterThan(100);
			await sandbox.forgetRequests();
			expect(await sandbox.requests()).toEqual([]);
		});
		it('counts connections, and ends stalled ones on reset', async () => {
			const url = await synthetic(1000);
			await sandbox.addFaults(demo, { stallAfter: 10 });
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
		it('says which control call it does not know', async () => {
			await expect(sandbox.makeJob({ workflowId: 'none' })).rejects.toThrow('workflow none was not found');
			await expect(sandbox.script({ path: '(' }, [])).rejects.toThrow('400');
		});
	});

	describe('starts and stops cleanly', () => {
		it('names the port that is taken', async () => {
			await expect(startSandbox({ port: Number(new URL(sandbox.url).port) })).rejects.toThrow(
				/port \d+ is in use already/,
			);
		}, 30_000);
		it('ends with its parent', async () => {
			const other = await startSandbox();
			expect(() => process.kill(other.pid, 0)).not.toThrow();
			await other.stop();
			await other.stop();
			expect(() => process.kill(other.pid, 0)).toThrow();

			const parent = spawn(process.execPath, [
				'--import',
				'tsx',
				'--input-type=module',
				'-e',
				`const { startSandbox } = await import('./test/sandbox/client.mts');
				console.log((await startSandbox()).url); process.kill(process.pid, 'SIGKILL');`,
			]);
			let said = '';
			parent.stdout.on('data', (text: Buffer) => (said += text.toString()));
			await new Promise((resolve) => parent.once('close', resolve));
			expect(said).toMatch(/^http:/);
			// Not by its process id: until somebody collects it, an ended orphan still has one.
			await until('nobody there', async () => (await send(`${said.trim()}/ping`)).broke === 'ECONNREFUSED');
		}, 30_000);
	});
});
