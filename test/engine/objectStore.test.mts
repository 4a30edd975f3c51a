import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { INodeExecutionData } from 'n8n-workflow';
import { until } from '../n8n/process/until.mts';
import { known } from '../sandbox/client.mts';
import { Sandboxed, sha256 } from './sandboxed.mts';

const { taskId } = known.demo;
const BUCKET = 'packages';
const KEY = 'a package.zip';
const BYTES = randomBytes(8_000_000);

let folder: string;
let store: ChildProcess;
let storePort: number;
let s3: S3Client;

/** Each lets the next connection carry so many bytes to the client, and no more; and cuts it once what is done meanwhile is done. */
const cuts: Array<{ bytes: number; meanwhile?: () => Promise<unknown> }> = [];
/** Bytes that all connections together have carried to clients. */
let carried = 0;
/** The line to the store. */
const line = createServer((client) => {
	const upstream = connect(storePort, '127.0.0.1');
	const { bytes: most, meanwhile } = cuts.shift() ?? { bytes: Infinity };
	let left = most;
	for (const [socket, other] of [[client, upstream], [upstream, client]] as const) socket.on('error', () => other.destroy());
	client.on('close', () => upstream.destroy());
	client.pipe(upstream);
	upstream.on('data', (chunk: Buffer) => {
		if (left <= 0) return;
		const passed = chunk.subarray(0, Math.min(left, chunk.length));
		carried += passed.length;
		left -= passed.length;
		if (left > 0) client.write(passed);
		else client.write(passed, () => void Promise.resolve(meanwhile?.()).finally(() => client.destroy()));
	});
	// What is to be cut is cut later; everything else ends as the server wants it.
	upstream.on('close', () => left > 0 && client.end());
});

const at = Sandboxed.forTests();

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'object-store-'));
	store = spawn(process.execPath, [join(__dirname, '../n8n/standIns/objectStore.cjs'), folder, BUCKET], { stdio: ['pipe', 'pipe', 'inherit'] });
	const [listening] = (await once(store.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
	storePort = Number(listening);
	await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
	s3 = new S3Client({
		endpoint: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
		region: 'us-east-1',
		credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
		forcePathStyle: true,
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	await put(BYTES);
});
afterAll(async () => {
	s3.destroy();
	line.close();
	store.stdin?.end();
	// And with it all that is open to it.
	await once(store, 'exit');
	rmSync(folder, { recursive: true });
});

async function put(Body: Buffer): Promise<void> {
	await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body, ContentType: 'application/zip' }));
}

/** A pre-signed URL, as the owner of a bucket hands it out. */
const sign = async (expiresIn = 60) => await getSignedUrl(s3, new GetObjectCommand({ Bucket: BUCKET, Key: KEY }), { expiresIn });

const statusOf = async (url: string, headers = {}) => {
	const { status, body } = await fetch(url, { headers });
	await body?.cancel();
	return status;
};

const expired = async (url: string) => await until('the link has expired', async () => (await statusOf(url)) === 403);

/** Downloads what these links lead to, each given out for one PUT. */
async function downloadFrom(links: string[]): Promise<INodeExecutionData[]> {
	await at.sandbox.script({}, links.map((signed_url) => ({ body: { id: taskId, status: 'ready', signed_url } })));
	return await at.download();
}

describe('a real object store with real pre-signed URLs', () => {
	test('is strict: it refuses an expired URL, a forged one, and a key beside the signature', async () => {
		const good = await sign();
		await expired(await sign(1));
		expect(await statusOf(good.replace(/Signature=../, 'Signature=00'))).toBe(403);
		expect(await statusOf(good, { authorization: at.sandbox.keys.valid })).toBe(400);
		expect(await statusOf(good)).toBe(200);
	});

	/** Expects a file that is exactly this. */
	const expectBytes = async ([item]: INodeExecutionData[], bytes = BYTES) => expect((await at.fingerprint(item?.binary?.data)).sha256).toBe(sha256(bytes));

	test('hands out the exact bytes, since the key stays behind', async () => {
		const items = await downloadFrom([await sign()]);
		await expectBytes(items);
		expect(items[0]?.binary?.data?.mimeType).toBe('application/zip');
	});

	test('is asked for the rest by range when the line is cut, again and again', async () => {
		const carriedBefore = carried;
		for (const bytes of [1_000_000, 2_500_000, 100_000, 3_000_000]) cuts.push({ bytes });
		await expectBytes(await downloadFrom([await sign()]));
		// Nothing is fetched twice but what was on its way when the line broke.
		expect(carried - carriedBefore).toBeLessThan(BYTES.length + 1_000_000);
	});

	test('is gone on with over a fresh URL when the first one expires half-way', async () => {
		const [brief, good] = [await sign(2), await sign()];
		cuts.push({ bytes: 3_000_000, meanwhile: async () => await expired(brief) });
		await expectBytes(await downloadFrom([brief, good]));
		expect(await at.puts()).toHaveLength(2);
	});

	test('is read anew when the object is another one than before the cut', async () => {
		const other = randomBytes(BYTES.length);
		cuts.push({ bytes: 3_000_000, meanwhile: async () => await put(other) });
		await expectBytes(await downloadFrom([await sign()]), other);
		await put(BYTES);
	});

	test('that refuses every URL is named, and no URL with it', async () => {
		const forged = (await sign()).replace(/Signature=../, 'Signature=00');
		await at.sandbox.script({}, { body: { id: taskId, status: 'ready', signed_url: forged }, repeat: true });
		const { message, description, httpCode } = await at.refusal();
		expect(message).toBe('Storage refused the package: it answered with 403 (SignatureDoesNotMatch)');
		expect(description).toBeTruthy();
		expect(httpCode).toBe('403');
		// Three fresh ones, and not one more.
		expect(await at.puts()).toHaveLength(4);
	});
});
