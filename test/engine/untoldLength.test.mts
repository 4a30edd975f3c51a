import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { known } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

/* Storage that says something else than how many bytes the package has: whatever comes may be less than all of it. */
const PACKAGE = Buffer.alloc(300_000, 'PK');
const at = Sandboxed.forTests();

let server: Server | undefined;
let asked: number;

afterEach(() => void server?.close());

/** Has Pixxel give a link to storage that answers with these headers and this body, whatever it is asked for. */
async function givenStorage(headers: string[], body: Buffer | string = PACKAGE, type = 'application/zip'): Promise<void> {
	server?.close();
	asked = 0;
	const head = ['HTTP/1.1 200 OK', ...(type ? [`Content-Type: ${type}`] : []), ...headers, '', ''].join('\r\n');
	server = createServer(({ socket }) => {
		asked++;
		socket.write(head);
		socket.end(body);
	});
	await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
	const signed_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/package.zip`;
	await at.sandbox.script({ method: 'PUT' }, { body: { id: known.demo.taskId, status: 'ready', signed_url } });
}

async function expectWhole(content = PACKAGE): Promise<void> {
	const [item] = await at.download();
	// Byte by byte, jest takes a second.
	expect((await at.engine.bytes(item?.binary?.data)).equals(content)).toBe(true);
}

describe.each([
	['gzip', gzipSync(PACKAGE)],
	['br', brotliCompressSync(PACKAGE)],
	['deflate', deflateSync(PACKAGE)],
])('a package that comes compressed by %s, although that was forbidden', (encoding, body) => {
	const encoded = [`Content-Encoding: ${encoding}`, `Content-MD5: ${createHash('md5').update(body).digest('base64')}`];

	test('is stored whole, though its length is not the one that storage announces', async () => {
		await givenStorage([`Content-Length: ${body.length}`, 'ETag: "1"', 'Accept-Ranges: bytes', ...encoded], body);
		await expectWhole();
		expect(asked).toBe(1);
	});

	test('is none of which single files can be fetched', async () => {
		await givenStorage([`Content-Length: ${body.length}`, ...encoded], body);
		const { message, description } = await at.refusal({ output: 'packageFiles' });
		expect(message).toBe('Single files cannot be fetched: this storage serves whole packages only');
		expect(description).toMatch(/"File" under "Output"/);
	});

	test('is not handed on where it breaks off', async () => {
		await givenStorage([`Content-Length: ${body.length}`, ...encoded], body.subarray(0, body.length - 5));
		expect((await at.refusal()).message).toBe('The connection broke 5 times, and this storage cannot resume');
	});

	test('is refused at once where it is not compressed at all', async () => {
		await givenStorage([`Content-Length: ${PACKAGE.length}`, ...encoded]);
		const { message, description } = await at.refusal();
		expect(message).toBe('The package could not be fetched: it is said to come compressed (Content-Encoding), but cannot be unpacked');
		expect(description).toMatch(/no proxy .* compresses/);
		expect(asked).toBe(1);
	});
});

test("a package that is compressed in a way that n8n's client cannot undo is refused", async () => {
	await givenStorage([`Content-Length: ${PACKAGE.length}`, 'Content-Encoding: zstd']);
	const { message, description } = await at.refusal();
	expect(message).toBe('The package could not be fetched: it comes compressed (Content-Encoding), although the request forbids that');
	expect(description).toMatch(/no proxy .* compresses/);
});

test('words in Content-Encoding that change nothing are passed over', async () => {
	await givenStorage([`Content-Length: ${PACKAGE.length}`, 'Content-Encoding: aws-chunked']);
	await expectWhole();
});

test('the digest of what is stored compressed, and unpacked by storage, is not that of the package', async () => {
	const length = `Content-Length: ${PACKAGE.length}`;
	await givenStorage([length, 'x-goog-stored-content-encoding: gzip', `x-goog-hash: md5=${createHash('md5').update('packed').digest('base64')}`]);
	await expectWhole();
	await givenStorage([length, 'x-goog-stored-content-encoding: identity', `x-goog-hash: md5=${createHash('md5').update('other').digest('base64')}`]);
	expect((await at.refusal()).message).toMatch(/does not match the MD5 digest/);
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

const SIGNATURE = 'c2lnbmF0dXJlIG9mIGEgcmVxdWVzdCB0aGF0IG5vYm9keSBtYXkgc2Vl';
const LOGIN = `<!-- proxy -->\n<!DOCTYPE html><html><head><title>Sign in &amp; go on</title><style>b{}</style></head><body><a href="https://a.example/?sig=${SIGNATURE}">Contoso ${SIGNATURE}</a></body></html>`;

describe.each(['file', 'packageFiles'])('an answer of success that is plainly no package is a failure that says what came (output %s)', (output) => {
	test.each([
		['a web page', 'text/html; charset=utf-8', LOGIN, 'a web page (text/html) instead of the package: "Sign in & go on Contoso …"'],
		['a long web page', 'text/html', `<html>Sign in${' '.repeat(200_000)}</html>`, 'a web page (text/html) instead of the package: "Sign in"'],
		['a web page behind comments', '', `<?xml version="1.0"?>${'<!--a-->'.repeat(60)}<html>Blocked`, 'a web page instead of the package: "Blocked"'],
		['a web page without a type', '', '\ufeff\n <html><body>Blocked', 'a web page instead of the package: "Blocked"'],
		[
			"S3's XML",
			'application/xml',
			`<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message><StringToSign>${SIGNATURE}</StringToSign></Error>`,
			'a refusal (application/xml) instead of the package: "AccessDenied: Request has expired"',
		],
		['JSON', 'application/json', '{"error": {"code": 7, "message": "No luck"}}', 'a refusal (application/json) instead of the package: "{"error": {"code": 7, "message": "No luck"}}"'],
		["a gateway's JSON", '', '{"message":"Forbidden"}', 'a refusal instead of the package: "{"message":"Forbidden"}"'],
	])('%s', async (_what, type, body, words) => {
		await givenStorage([`Content-Length: ${Buffer.byteLength(body)}`], Buffer.from(body), type);
		const { message, description } = await at.refusal({ output });
		expect(message).toBe(`Storage sent ${words}`);
		expect(description).toMatch(/Run the node again|run the node again/);
		expect(asked).toBe(1);
	});
});

test.each([
	['GeoTIFF', 'image/tiff', 'II*\0 and so on'],
	['GeoJSON', 'application/geo+json', '{"type": "FeatureCollection", "features": [], "message": "by Pixxel"}'],
	['statistics', 'application/json', '{"mean": 0.4, "error": null, "code": 3}'],
	['CSV', 'text/csv', 'error,message\n1,2\n'],
	['KML', 'application/vnd.google-earth.kml+xml', '<?xml version="1.0"?><kml><Error/></kml>'],
	['text in braces that is no JSON', 'text/plain', '{"error": '],
	['XML behind comments', '', `${'<!--a-->'.repeat(60)}<gml/>`],
	['next to nothing', '', 'x'],
])('a package that is no ZIP stays one: %s', async (_what, type, body) => {
	await givenStorage([`Content-Length: ${Buffer.byteLength(body)}`], Buffer.from(body), type);
	await expectWhole(Buffer.from(body));
});
