import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { known } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

/* Storage that says something else than how many bytes the package has: whatever comes may be less than all of it. */
const PACKAGE = Buffer.alloc(300_000, 'PK');
const at = Sandboxed.forTests();

let server: Server | undefined;

afterEach(() => void server?.close());

/** Has Pixxel give a link to storage that answers with these headers and this body, whatever it is asked for. */
async function givenStorage(headers: string[], body = PACKAGE): Promise<void> {
	server?.close();
	const head = ['HTTP/1.1 200 OK', 'Content-Type: application/zip', ...headers, '', ''].join('\r\n');
	server = createServer(({ socket }) => socket.write(head) && socket.end(body));
	await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
	const signed_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/package.zip`;
	await at.sandbox.script({ method: 'PUT' }, { body: { id: known.demo.taskId, status: 'ready', signed_url } });
}

async function expectWhole(): Promise<void> {
	const [item] = await at.download();
	expect(await at.engine.bytes(item?.binary?.data)).toEqual(PACKAGE);
}

describe.each([
	['gzip', gzipSync(PACKAGE)],
	['br', brotliCompressSync(PACKAGE)],
])('a package that is compressed on its way by %s', (encoding, body) => {
	test.each(['file', 'packageFiles'])('is refused (output %s): its length is not that of what comes out', async (output) => {
		await givenStorage([`Content-Length: ${body.length}`, `Content-Encoding: ${encoding}`], body);
		const { message, description } = await at.refusal({ output });
		expect(message).toBe('The package could not be fetched: it comes compressed (Content-Encoding), although the request forbids that');
		expect(description).toMatch(/no proxy .* compresses/);
	});
});

describe('a package without a length', () => {
	test('is refused where its end is nothing but the end of the connection', async () => {
		await givenStorage(['Connection: close']);
		const { message, description } = await at.refusal();
		expect(message).toBe('The package could not be fetched: storage says neither how large it is nor where it ends');
		expect(description).toMatch(/Content-Length/);
	});

	test('is taken where a digest tells whether it is whole, and refused where it is not', async () => {
		const headers = ['Connection: close', `Content-MD5: ${createHash('md5').update(PACKAGE).digest('base64')}`];
		await givenStorage(headers);
		await expectWhole();
		await givenStorage(headers, PACKAGE.subarray(0, 100_000));
		expect((await at.refusal()).message).toMatch(/does not match the .* digest/);
	});
});

test('words in Content-Encoding that change nothing are passed over', async () => {
	await givenStorage([`Content-Length: ${PACKAGE.length}`, 'Content-Encoding: aws-chunked']);
	await expectWhole();
});
