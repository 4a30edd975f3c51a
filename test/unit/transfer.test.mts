import { type BinaryToTextEncoding, createHash } from 'node:crypto';
import { announcedDigests } from '../../nodes/Pixxel/transfer/digests.ts';
import { fileNameIn } from '../../nodes/Pixxel/transfer/contentDisposition.ts';
import { baseName } from '../../nodes/Pixxel/transfer/fileNames.ts';
import { RetryBudget } from '../../nodes/Pixxel/transfer/remote/RetryBudget.ts';
import { RemotePackage } from '../../nodes/Pixxel/transfer/remote/RemotePackage.ts';
import type { Storage, StorageAnswer } from '../../nodes/Pixxel/transfer/remote/Storage.ts';
import { type ContentRange, rangeHeaders, readContentRange, sameVersion, type ObjectVersion, versionOf } from '../../nodes/Pixxel/transfer/remote/objectVersion.ts';

describe('the name in Content-Disposition', () => {
	test.each<readonly [string | undefined, string | undefined]>([
		['attachment;filename=a.zip;size=5', 'a.zip'],
		['ATTACHMENT; FILENAME="a.zip"', 'a.zip'],
		['attachment; filename="a; b.zip"', 'a; b.zip'],
		['attachment; filename="a\\"b.zip"', 'a"b.zip'],
		["attachment; filename*=utf-8'en'b.zip; filename=a.zip", 'b.zip'],
		["attachment; filename*=iso-8859-1''%D1and%FA.zip", 'Ñandú.zip'],
		["attachment; filename*=UTF-8''%ZZ; filename=a.zip", 'a.zip'],
		["attachment; filename*=KOI8-R''%C1; filename=a.zip", 'a.zip'],
		['attachment; filename="\xd1and\xfa.zip"', 'Ñandú.zip'],
		...[undefined, 'attachment', 'inline; name=a', "attachment; filename*=UTF-8''%"].map((header) => [header, undefined] as const),
		...['', '""', '"/"', '"a/"', '..'].map((name) => [`attachment; filename=${name}`, undefined] as const),
	])('%j is %j', (header, name) => {
		expect(fileNameIn(header)).toBe(name);
	});

	test.each([
		['..\\..\\x', 'x'],
		['a\u0000b\nc', 'abc'],
		[' a ', 'a'],
		['.', undefined],
		['..', undefined],
		['a/', undefined],
		['\t', undefined],
	])('is never a path: %j is %j', (path, name) => {
		expect(baseName(path)).toBe(name);
	});
});

describe('a Content-Range', () => {
	test.each<readonly [string | undefined, ContentRange | undefined]>([
		['bytes 0-0/1', { start: 0, end: 1, total: 1 }],
		[' bytes 5-9/10 ', { start: 5, end: 10, total: 10 }],
		['bytes 5-9/*', { start: 5, end: 10, total: undefined }],
		...['bytes */10', 'bytes 9-5/10', 'bytes 5-10/10', 'items 0-1/2', 'bytes 0-1', 'bytes -1-2/3', 'bytes 0-1/2, 3-4/5'].map((header) => [header, undefined] as const),
		[undefined, undefined],
	])('%j says %j', (header, range) => {
		expect(readContentRange(header)).toEqual(range);
	});
});

describe('a version', () => {
	const version = (status: number, headers: Record<string, string>) => versionOf({ status, headers } as StorageAnswer);

	test('is told by ETag, Last-Modified and length, of whole and of partial answers', () => {
		const headers = { etag: '"a"', 'last-modified': 'Fri, 02 Jan 2026 03:04:35 GMT' };
		const whole = version(200, { ...headers, 'content-length': '10' });
		expect(whole).toEqual({ etag: '"a"', lastModified: headers['last-modified'], length: 10 });
		expect(version(206, { ...headers, 'content-length': '3', 'content-range': 'bytes 2-4/10' })).toEqual(whole);
	});

	test.each(['', 'abc', '-1', '1.5'])('has no length where storage says %j', (length) => {
		expect(version(200, { 'content-length': length }).length).toBeUndefined();
	});

	test.each<[ObjectVersion, ObjectVersion, boolean]>([
		[{ etag: '"a"' }, { etag: '"b"' }, false],
		[{ etag: 'W/"a"' }, { etag: 'W/"b"' }, false],
		[{ lastModified: 'x' }, { lastModified: 'y' }, false],
		[{ length: 0 }, { length: 2 }, false],
		[{ etag: '"a"', length: 1 }, { etag: '"a"', length: 2 }, false],
		[{ etag: '"a"' }, { etag: 'W/"a"' }, true],
		[{ etag: '"a"', length: 1 }, { length: 1 }, true],
		[{}, { etag: '"a"' }, true],
	])('%j can be the same as %j: %j', (a, b, canBe) => {
		expect(sameVersion(a, b)).toBe(canBe);
	});

	test.each([
		[{ etag: '"a"' }, { Range: 'bytes=5-9', 'If-Match': '"a"' }],
		[{ etag: 'W/"a"' }, { Range: 'bytes=5-9' }],
		[{ lastModified: 'x' }, { Range: 'bytes=5-9' }],
	])('%j is asked for with %j', (wanted, headers) => {
		expect(rangeHeaders(wanted, 5, 10)).toEqual(headers);
	});
});

describe('announced digests', () => {
	const digest = (algorithm: string, encoding: BinaryToTextEncoding = 'base64') => createHash(algorithm).digest(encoding);

	test.each<[Record<string, string>, string[]]>([
		[{ 'x-goog-hash': `crc32c=AAAAAA==,md5=${digest('md5')}` }, ['md5']],
		[{ 'x-goog-hash': `md5=${digest('md5')}, crc32c=AAAAAA==` }, ['md5']],
		[{ 'content-md5': digest('md5') }, ['md5']],
		[{ 'x-amz-checksum-sha256': digest('sha256') }, ['sha256']],
		[{ 'x-amz-checksum-sha1': digest('sha1') }, ['sha1']],
		[{ 'content-md5': digest('md5'), 'x-amz-checksum-sha256': digest('sha256') }, ['md5', 'sha256']],
		[{ 'x-goog-hash': 'crc32c=AAAAAA==' }, []],
		[{ 'x-amz-checksum-sha256': `${digest('sha256')}-3` }, []],
		[{ 'x-amz-checksum-sha256': digest('sha256'), 'x-amz-checksum-type': 'COMPOSITE' }, []],
		[{ 'x-amz-checksum-sha1': 'nonsense' }, []],
		[{ 'content-md5': '' }, []],
		[{ etag: `"${digest('md5', 'hex')}"` }, []],
	])('in %j are %j', (headers, algorithms) => {
		expect(announcedDigests({ status: 200, headers }).map(({ algorithm }) => algorithm)).toEqual(algorithms);
	});
});

test('a refusal that comes in after the link was renewed for another connection asks for no second one', async () => {
	const body = { async *[Symbol.asyncIterator]() {}, destroy() {} };
	let letLateOneGo = () => {};
	const held = new Promise<void>((resolve) => (letLateOneGo = resolve));
	const storage: Storage = {
		async get(url, { Range = '' }) {
			if (url === 'old' && Range === 'bytes=50-99') await held;
			const headers = { 'content-range': `${Range.replace('=', ' ')}/100` };
			return url === 'old' ? { status: 403, headers: {}, body } : { status: 206, headers, body };
		},
		renewUrl: jest.fn(async () => 'new'),
		now: Date.now,
		async pause() {},
		async timer() {},
		report() {},
	};
	const { signal } = new AbortController();
	const remote = new RemotePackage(storage, 'old', signal, new Set());
	const late = remote.openRange(50, 100, new RetryBudget(remote, signal));
	await expect(remote.openRange(0, 50, new RetryBudget(remote, signal))).resolves.toMatchObject({ status: 206 });
	letLateOneGo();
	await expect(late).resolves.toMatchObject({ status: 206 });
	expect(storage.renewUrl).toHaveBeenCalledTimes(1);
});
