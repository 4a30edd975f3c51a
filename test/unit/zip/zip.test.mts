import { crc32 as nodesCrc32 } from 'node:zlib';
import { Failure } from '../../../nodes/Pixxel/errors/Failure.ts';
import { listFiles } from '../../../nodes/Pixxel/zip/directory/listFiles.ts';
import { extractEntries } from '../../../nodes/Pixxel/zip/extract/extractEntries.ts';
import { partitionEntries } from '../../../nodes/Pixxel/zip/extract/partition.ts';
import { type PlannedEntry, planExtraction } from '../../../nodes/Pixxel/zip/extract/planExtraction.ts';
import { crc32 } from '../../../nodes/Pixxel/zip/format/crc32.ts';
import { modifiedAt, type ZipEntry } from '../../../nodes/Pixxel/zip/format/ZipEntry.ts';
import fc, { draws } from '../../drawn.mts';
import { archiveBy, compressedBy, encrypted, needArchivers, noise, type Tree } from './archives.mts';
import { refusalOf, sourceOf, unpackAll } from './memorySource.mts';
import { CENTRAL, END, LOCAL } from './parts.mts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bytes that compress as rasters do: somewhat. */
const raster = (bytes: number) => noise(bytes).map((byte) => byte & 0x0f) as Buffer;

/** Where the n-th record of a kind begins. */
function nth(archive: Buffer, signature: number, n = 0): number {
	const sign = Buffer.alloc(4);
	sign.writeUInt32LE(signature);
	let at = -1;
	for (let found = -1; found < n; found++) at = archive.indexOf(sign, at + 1);
	expect(at).toBeGreaterThanOrEqual(0);
	return at;
}

const u32 = (archive: Buffer, at: number, value: number) => void archive.writeUInt32LE(value, at);
const u16 = (archive: Buffer, at: number, value: number) => void archive.writeUInt16LE(value, at);

/** Where the first file's local header has these; in the directory, they stand two bytes further on. */
const [METHOD, CHECKSUM, PACKED, SIZE] = [8, 14, 18, 22];

/** Has local header and directory say the same of the first file. */
function say(archive: Buffer, offset: number, value: number): void {
	const write = offset === METHOD ? u16 : u32;
	write(archive, nth(archive, LOCAL) + offset, value);
	write(archive, nth(archive, CENTRAL) + offset + 2, value);
}

/** Small files, not compressed, that stand beside each other. */
const plain = async (tree: Tree = { 'a.txt': Buffer.from('first'), 'b.txt': Buffer.from('second') }) => await archiveBy('fflate', tree);

beforeAll(needArchivers);

// That files arrive as they were, whoever has made the archive, is for the engine to show.
describe('archives made by others', () => {
	test('dates are those of the archive, without a zone', async () => {
		const archive = await archiveBy('yazl', { 'a.txt': Buffer.from('a') });
		const [entry] = (await listFiles(sourceOf(archive))) as [ZipEntry];
		expect(modifiedAt(entry)).toBe('2026-01-31T12:00:00');
		// None at all, as some writers have it; and the 31st of February.
		for (const date of [0, (46 << 9) | (2 << 5) | 31]) expect(modifiedAt({ ...entry, date })).toBeUndefined();
	});

	test('files beside each other are read as one range, those far away as others, and nothing else', async () => {
		const tree = { 'a.png': noise(10), 'small.bin': noise(40 * KIB), 'b.png': noise(10), 'large.bin': noise(140 * KIB), 'c.png': noise(10) };
		const source = sourceOf(await archiveBy('yazl', tree), 1_000);
		expect(Object.keys(await unpackAll(source, (path) => path.endsWith('.png')))).toEqual(['a.png', 'b.png', 'c.png']);
		expect(source.ranges).toBe(2);
		expect(source.bytesRead).toBeLessThan(70 * KIB);
	});
});

describe('an empty file, of which nothing lies behind its header', () => {
	const empty = Buffer.alloc(0);
	const large = noise(200 * KIB);
	test.each<[string, Tree]>([
		['alone', { 'empty.txt': empty }],
		['last', { 'a.txt': Buffer.from('a'), 'empty.txt': empty }],
		['before one that is not wanted', { 'empty.txt': empty, 'large.bin': large }],
		['far from the next one that is', { 'empty.txt': empty, 'large.bin': large, 'z.txt': Buffer.from('z') }],
	])('%s', async (_where, tree) => {
		const wanted = Object.keys(tree).filter((path) => path.endsWith('.txt'));
		for (const writer of ["Info-ZIP's zip", '7-Zip', "Python's zipfile, not compressed", 'yazl'] as const) {
			const archive = await archiveBy(writer, tree);
			const unpacked = await unpackAll(sourceOf(archive), (path) => wanted.includes(path));
			expect(unpacked).toEqual(Object.fromEntries(wanted.map((path) => [path, tree[path]])));
		}
	});
});

describe('names', () => {
	const named = async (name: string | Buffer, flags: number, extra = Buffer.alloc(0)) => {
		const bytes = Buffer.from(name as string);
		const archive = await plain({ ['x'.repeat(bytes.length)]: Buffer.from('content') });
		for (const at of [nth(archive, LOCAL) + 30, nth(archive, CENTRAL) + 46]) bytes.copy(archive, at);
		archive.writeUInt16LE(flags, nth(archive, CENTRAL) + 8);
		archive.writeUInt16LE(extra.length, nth(archive, CENTRAL) + 30);
		const end = nth(archive, END);
		const at = nth(archive, CENTRAL) + 46 + bytes.length;
		archive.writeUInt32LE(archive.readUInt32LE(end + 12) + extra.length, end + 12);
		return (await listFiles(sourceOf(Buffer.concat([archive.subarray(0, at), extra, archive.subarray(at)]))))[0]?.path;
	};
	const unicodePath = (name: string, of: Buffer) => {
		const field = Buffer.alloc(9 + Buffer.byteLength(name));
		field.writeUInt16LE(0x7075, 0);
		field.writeUInt16LE(field.length - 4, 2);
		field.writeUInt8(1, 4);
		field.writeUInt32LE(nodesCrc32(of), 5);
		field.write(name, 9);
		return field;
	};

	test('are UTF-8 where their bytes are, whatever the flag says, and of MS-DOS otherwise', async () => {
		for (const flags of [1 << 11, 0]) expect(await named('Ackerfläche.tif', flags)).toBe('Ackerfläche.tif');
		expect(await named(Buffer.from([0x8e, 0x63]), 1 << 11)).toBe('Äc');
		expect(await named(Buffer.from([0x8e, 0x63, 0x6b, 0xe1]), 0)).toBe('Äckß');
		expect(await named(Buffer.from([0x20, 0x7e, 0x7f, 0x80, 0xfe, 0xff]), 0)).toBe(' ~\u007fÇ■\u00a0');
	});

	test('are those of the Unicode field where it is of this name', async () => {
		const old = Buffer.from([0x8e, 0x63, 0x6b]);
		expect(await named(old, 0, unicodePath('農地', old))).toBe('農地');
		expect(await named(old, 0, unicodePath('農地', Buffer.from('renamed')))).toBe('Äck');
	});
});

describe('what stands around an archive', () => {
	const likeAnEnd = Buffer.from([0x50, 0x4b, 0x05, 0x06, ...Buffer.alloc(30, 1)]);
	const nothing = Buffer.alloc(0);
	test.each<[string, before: Buffer, comment: Buffer]>([
		...[0, 1, 22, 500, 65_535].map((bytes): [string, Buffer, Buffer] => [`a comment of ${bytes} bytes`, nothing, Buffer.alloc(bytes, likeAnEnd)]),
		['a comment that is a whole, empty archive', nothing, Buffer.concat([likeAnEnd.subarray(0, 4), Buffer.alloc(18)])],
		...[1, 100, 100_000].map((bytes): [string, Buffer, Buffer] => [`${bytes} bytes before it`, noise(bytes), nothing]),
	])('%s', async (_what, before, comment) => {
		const archive = await plain();
		u16(archive, archive.length - 2, comment.length);
		expect(Object.keys(await unpackAll(sourceOf(Buffer.concat([before, archive, comment]))))).toEqual(['a.txt', 'b.txt']);
	});

	test('folders, which are no files', async () => {
		const archive = await plain({ 'folder/': Buffer.alloc(0), 'folder/a.txt': Buffer.from('a') });
		expect((await listFiles(sourceOf(archive))).map(({ path }) => path)).toEqual(['folder/a.txt']);
	});
});

describe('what is broken is refused, by name', () => {
	type Breaking = (archive: Buffer) => Buffer | void;
	const cases: Array<[string, Breaking, RegExp]> = [
		['no archive', () => noise(5_000), /^The package is not a ZIP archive$/],
		['nothing', () => Buffer.alloc(0), /^The package is not a ZIP archive$/],
		['a cut off end', (archive) => archive.subarray(0, -3), /^The package is not a ZIP archive$/],
		['a cut off beginning', (archive) => archive.subarray(nth(archive, CENTRAL, 1) + 5), /list of files.*breaks off, or does not lie where/],
		['an entry cut off', (archive) => u16(archive, nth(archive, CENTRAL, 1) + 28, 60_000), /list of files.*breaks off/],
		['a record that is none', (archive) => u32(archive, nth(archive, CENTRAL, 1), 0), /list of files.*breaks off/],
		['a header that is none', (archive) => u32(archive, nth(archive, LOCAL), 0), /^"a.txt" in the package does not lie where/],
		['a header that reaches into the next', (archive) => u16(archive, nth(archive, LOCAL) + 28, 30), /^"a.txt" in the package overlaps "b.txt"/],
		['an entry that lies in another', (archive) => u32(archive, nth(archive, CENTRAL, 1) + 42, 33), /^"a.txt" in the package overlaps "b.txt"/],
		['an entry that lies outside of the package', (archive) => u32(archive, nth(archive, CENTRAL, 1) + 42, 1_000_000), /^"b.txt" in the package does not lie where/],
		['two sizes of what is not compressed', (archive) => u32(archive, nth(archive, CENTRAL, 1) + 24, 2), /^"b.txt" in the package does not have the checksum/],
		['another checksum', (archive) => say(archive, CHECKSUM, 7), /^"a.txt" in the package does not have the checksum/],
	];

	test.each(cases)('%s', async (_name, breaking, message) => {
		const archive = await archiveBy("Info-ZIP's zip", { 'a.txt': Buffer.from('1st'), 'b.txt': Buffer.from('2nd') });
		expect((await refusalOf(breaking(archive) ?? archive)).message).toMatch(message);
	});

	test('a name that is not fit to be shown', async () => {
		const archive = await plain({ ['\u001b[31m\n'.padEnd(200, 'x')]: Buffer.from('content') });
		say(archive, CHECKSUM, 7);
		expect((await refusalOf(archive)).message).toMatch(/^"\uFFFD\[31m\uFFFDx+…" in the package does not have/);
	});

	const deflated = async () => await archiveBy('fflate', { 'a.tif': raster(100 * KIB) });

	test.each([1_000, 102_399, 102_401, 200 * KIB])('an entry that unpacks to another size than the %d bytes it says', async (size) => {
		const archive = await deflated();
		say(archive, SIZE, size);
		expect((await refusalOf(archive)).message).toBe(`"a.tif" in the package does not unpack to the ${size} bytes that it is said to have`);
	});

	test('the same where the size differs by 4 GiB, so that its lower 32 bits do not tell', async () => {
		for (const bytes of [0, 100 * KIB]) {
			const archive = await archiveBy('yazl, with ZIP64 forced', { 'a.tif': raster(bytes) });
			// In the directory, the first number in the ZIP64 field, which holds three; the local header leaves it open.
			u32(archive, archive.indexOf(Buffer.from([1, 0, 24, 0]), nth(archive, CENTRAL)) + 8, 1);
			archive.fill(0, nth(archive, LOCAL) + 14, nth(archive, LOCAL) + 26);
			expect((await refusalOf(archive)).message).toBe(`"a.tif" in the package does not unpack to the ${bytes + 2 ** 32} bytes that it is said to have`);
		}
	});

	test('an entry that unpacks to far more than it says: before all of that is unpacked', async () => {
		const archive = await archiveBy('fflate', { 'a.tif': Buffer.alloc(80 * MIB) });
		say(archive, SIZE, 1_000);
		const before = process.memoryUsage().rss;
		expect((await refusalOf(archive)).message).toMatch(/does not unpack to the 1000 bytes/);
		expect(process.memoryUsage().rss - before).toBeLessThan(60 * MIB);
	});

	test('another checksum of what is deflated', async () => {
		const archive = await deflated();
		say(archive, CHECKSUM, 7);
		expect((await refusalOf(archive)).message).toBe('"a.tif" in the package does not have the checksum that it is said to have');
	});

	test.each([1_000, 200 * KIB])('an end of gzip behind the data, which some readers stop at, and another size: %d bytes', async (size) => {
		const archive = await deflated();
		const entry = nth(archive, CENTRAL);
		const end = Buffer.alloc(8);
		end.writeUInt32LE(archive.readUInt32LE(entry + 16));
		end.writeUInt32LE(100 * KIB, 4);
		say(archive, PACKED, archive.readUInt32LE(entry + 20) + end.length);
		say(archive, SIZE, size);
		// Its lowest byte comes next.
		say(archive, CHECKSUM, 0x12345600);
		u32(archive, nth(archive, END) + 16, entry + end.length);
		const crafted = Buffer.concat([archive.subarray(0, entry), end, archive.subarray(entry)]);
		expect((await refusalOf(crafted)).message).toMatch(/^"a.tif" in the package (does not unpack to|does not have the checksum)/);
	});

	test('an empty file may have no deflate stream, if nothing else is said of it', async () => {
		const archive = await plain({ 'empty.txt': Buffer.alloc(0), 'b.txt': Buffer.from('second') });
		say(archive, METHOD, 8);
		expect((await unpackAll(sourceOf(archive)))['empty.txt']).toEqual(Buffer.alloc(0));
		say(archive, CHECKSUM, 7);
		expect((await refusalOf(archive)).message).toMatch(/^"empty.txt" in the package does not have the checksum/);
	});

	test('data that is no deflate stream, or ends too early', async () => {
		const archive = await deflated();
		archive.fill(0xff, nth(archive, LOCAL) + 100, nth(archive, LOCAL) + 5_000);
		expect((await refusalOf(archive)).message).toMatch(/^"a.tif" in the package (cannot be unpacked|does not have|does not unpack)/);
		const shorter = await deflated();
		say(shorter, PACKED, 2_000);
		expect((await refusalOf(shorter)).message).toBe('"a.tif" in the package cannot be unpacked: its data is damaged');
	});

	test('an encrypted entry, or one of an unknown method, only where it is wanted', async () => {
		const secret = encrypted({ 'a.txt': Buffer.from('secret'.repeat(50)) });
		expect((await listFiles(sourceOf(secret))).map(({ path }) => path)).toEqual(['a.txt']);
		expect((await refusalOf(secret)).message).toBe('"a.txt" in the package is encrypted');
		for (const [method, number] of [['bzip2', 12], ['lzma', 14]] as const) {
			const archive = compressedBy(method, { 'a.tif': raster(5_000) });
			expect((await refusalOf(archive)).message).toBe(`"a.tif" in the package is compressed in a way that is not known here (${number})`);
			expect(await unpackAll(sourceOf(archive), () => false)).toEqual({});
		}
	});

	test('what is dropped half-way is closed, and the next file is whole', async () => {
		const archive = await archiveBy('yazl', { 'a.tif': raster(3 * MIB), 'b.tif': raster(MIB), 'c.txt': Buffer.from('third') });
		const source = sourceOf(archive);
		const dropped: Array<AsyncGenerator<Buffer>> = [];
		const pieces: unknown[] = [];
		await extractEntries(source, planExtraction(await listFiles(source), source.length), async ({ path }, bytes) => {
			dropped.push(bytes);
			if (path !== 'b.tif') pieces.push((await bytes.next()).value);
		});
		expect(pieces).toEqual([expect.any(Buffer), Buffer.from('third')]);
		for (const bytes of dropped) expect(await bytes.next()).toEqual({ done: true, value: undefined });
		expect(dropped).toHaveLength(3);
	});

	test('what reading the package throws passes as it is', async () => {
		const archive = await archiveBy('yazl', { 'a.tif': noise(200 * KIB) });
		const source = { ...sourceOf(archive), async *read() { yield archive.subarray(0, 100_000); throw new Error('the line broke'); } };
		await expect(unpackAll(source)).rejects.toThrow('the line broke');
	});
});

test('the checksum is the one of ZIP, in any number of pieces', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
			const wanted = nodesCrc32(bytes);
			expect(crc32(bytes)).toBe(wanted);
			expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(wanted);
		}),
	);
});

test('whatever the tree, the writer, the chunks and the flipped byte: the exact files, or a named failure', async () => {
	const path = fc.stringMatching(/^([a-z]{1,6}\/){0,3}[a-z0-9]{1,8}\.(tif|json|png)$/);
	const content = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 90_000 }).map((size) => raster(size)));
	const draw = fc.record({
		tree: fc.dictionary(path, content.map((bytes) => Buffer.from(bytes)), { minKeys: 1, maxKeys: 8 }),
		writer: fc.constantFrom('fflate' as const, 'yazl' as const, 'yazl, with ZIP64 forced' as const),
		chunkBytes: fc.integer({ min: 1_000, max: 70_000 }),
		flip: fc.option(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { nil: undefined }),
	});
	let named = 0;
	await fc.assert(
		fc.asyncProperty(draw, async ({ tree, writer, chunkBytes, flip }) => {
			const archive = await archiveBy(writer, tree);
			if (flip !== undefined) archive[Math.floor(flip * archive.length)]! ^= 0x10;
			const got = await unpackAll(sourceOf(archive, chunkBytes)).catch((cause: unknown) => cause);
			if (got instanceof Failure && flip !== undefined) return void named++;
			expect(got).not.toBeInstanceOf(Error);
			const contents = Object.values(got as Tree).map((bytes) => bytes.toString('base64')).sort();
			// A flipped byte may change a name or a date, which nothing checks, but never what a file holds.
			expect(contents).toEqual(Object.values(tree).map((bytes) => bytes.toString('base64')).sort());
		}),
		draws(40, 2_000),
	);
	expect(named).toBeGreaterThan(5);
});

test('each file is in one part, parts lie apart from each other, and all have about as much to do', () => {
	const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(40 * MIB)), { maxLength: 60 });
	let several = 0;
	fc.assert(
		fc.property(sizes, fc.integer({ min: 1, max: 16 }), (drawn, most) => {
			let localHeaderOffset = 0;
			const entries = drawn.map((compressedSize) => ({ compressedSize, localHeaderOffset: (localHeaderOffset += compressedSize + 1), limit: Infinity }) as PlannedEntry);
			const parts = partitionEntries([...entries].reverse(), most);
			expect(parts.flat()).toEqual(entries);
			expect(parts.length).toBeLessThanOrEqual(most);
			const bytesOf = (part: PlannedEntry[]) => part.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
			const all = bytesOf(entries);
			const fair = all / Math.max(1, Math.min(most, Math.floor(all / (8 * MIB))));
			for (const part of parts) expect(bytesOf(part)).toBeLessThanOrEqual(fair + 40 * MIB);
			if (parts.length > 1) several++;
		}),
	);
	expect(several).toBeGreaterThan(10);
});
