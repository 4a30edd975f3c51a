import { listFiles } from '../../../nodes/Pixxel/zip/directory/listFiles.ts';
import { selectFiles } from '../../../nodes/Pixxel/download/files/selectFiles.ts';
import { archiveBy, noise, type Tree } from './archives.mts';
import { pathsIn, refusalOf, sourceOf, unpackAll } from './memorySource.mts';
import { type ArchiveParts, centralWith, type FileParts, localWith, putTogether, storedFile, takeApart } from './parts.mts';

const KIB = 1024;
const TREE: Tree = {
	'rasters/ndvi.tif': Buffer.alloc(30 * KIB, 'ndvi is a raster. '),
	'rasters/bands.tif': noise(20 * KIB),
	'statistics.json': Buffer.from('{"mean": 0.4}'),
};
const nothing = Buffer.alloc(0);

const asText = (tree: Tree) => Object.fromEntries(Object.entries(tree).map(([path, bytes]) => [path, bytes.toString('latin1')]));

/** Expects all files to arrive as they were. */
async function expectWhole(archive: Buffer, tree = TREE, chunkBytes?: number): Promise<void> {
	expect(asText(await unpackAll(sourceOf(archive, chunkBytes)))).toEqual(asText(tree));
}

type Change = (parts: ArchiveParts & { files: [FileParts, FileParts, FileParts] }) => Partial<ArchiveParts> | void;

/** An archive of the tree with something changed in it, and its offsets, sizes and counts set right after that. */
async function changed(change: Change, tree = TREE): Promise<Buffer> {
	const parts = takeApart(await archiveBy('fflate', tree)) as Parameters<Change>[0];
	return putTogether({ ...parts, ...change(parts) });
}

/** The same, with its bytes changed in the end: `where` each part begins. */
async function broken(breaking: (archive: Buffer, where: { directory: number; end: number }) => Buffer | void, change: Change = () => {}): Promise<Buffer> {
	const archive = await changed(change);
	const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
	return breaking(archive, { directory: archive.readUInt32LE(end + 16), end }) ?? archive;
}

const inserted = (archive: Buffer, at: number, bytes: Buffer) => Buffer.concat([archive.subarray(0, at), bytes, archive.subarray(at)]);

const zip64End = (offset: bigint, bytes: bigint, count: bigint, at: bigint) => {
	const record = Buffer.alloc(76);
	record.write('PK\x06\x06', 'latin1');
	[44n, 0n, 0n, count, count, bytes, offset].forEach((value, index) => index !== 1 && index !== 2 && record.writeBigUInt64LE(value, [4, 0, 0, 24, 32, 40, 48][index]));
	record.write('PK\x06\x07', 56, 'latin1');
	record.writeBigUInt64LE(at, 64);
	return record;
};

describe('the files of an archive arrive as they were, whatever stands around it:', () => {
	test.each([1, 149, 60 * KIB, 200 * KIB, 3_000 * KIB])('%d bytes behind its end', async (bytes) => {
		for (const fill of bytes > 1e6 ? [0] : [0, 'PK\x05\x06 or so']) await expectWhole(await changed(() => ({ behind: Buffer.alloc(bytes, fill) })));
	});

	test.each([1, 500, 100 * KIB])('%d bytes before it, between its parts or before its end', async (bytes) => {
		for (const part of ['before', 'beforeDirectory', 'beforeEnd'] as const) {
			await expectWhole(await changed(() => ({ [part]: noise(bytes) })));
		}
	});

	test.each([1, 500, 60 * KIB])('%d bytes between two files or before the directory, which nothing counts', async (bytes) => {
		const second = (await changed(() => {})).indexOf(Buffer.from('PK\x03\x04', 'latin1'), 4);
		await expectWhole(await broken((archive) => inserted(archive, second, noise(bytes))));
		await expectWhole(await broken((archive, { directory }) => inserted(archive, directory, noise(bytes))));
	});

	test('bytes before the first file that only the end record counts', async () => {
		const archive = await broken((whole, { end }) => void whole.writeUInt32LE(whole.readUInt32LE(end + 16) + 100, end + 16));
		await expectWhole(inserted(archive, 0, noise(100)));
	});
});

describe('what an end record is wrong about, the signatures tell:', () => {
	test.each<[string, at: number, value: number]>([
		['the offset is too small', 16, 3],
		['the offset is too large', 16, 20_000],
		['the offset is nonsense', 16, 0xfffffff0],
		['the size is too small', 12, 10],
		['the size is zero', 12, 0],
		['the size is nonsense', 12, 0x7fffffff],
	])('%s', async (_what, at, value) => {
		await expectWhole(await broken((archive, { end }) => void archive.writeUInt32LE(value, end + at)));
	});

	test('the offset is four too many', async () => {
		const archive = await broken((whole, { end, directory }) => void whole.writeUInt32LE(directory + 4, end + 16));
		await expectWhole(archive);
	});

	test.each([0, 1, 2, 4, 77, 0xffff])('the count is %d', async (count) => {
		for (const at of [8, 10]) {
			await expectWhole(await broken((archive, { end }) => void archive.writeUInt16LE(count, end + at)));
		}
	});

	test('all of it is nonsense', async () => {
		for (const before of [nothing, noise(50 * KIB)]) {
			const archive = await broken((whole, { end }) => void whole.fill(0xaa, end + 4, end + 20), () => ({ before }));
			if (before.length === 0) await expectWhole(archive);
			expect(await pathsIn(archive)).toEqual(Object.keys(TREE));
		}
	});

	test('disks', async () => {
		await expectWhole(await broken((archive, { end }) => void archive.writeUInt32LE(0x00070003, end + 4)));
	});

	test('ZIP64 numbers, beside those that are right', async () => {
		const archive = await broken((whole, { end }) => inserted(whole, end, zip64End(77n, 5n, 9n, BigInt(end))));
		await expectWhole(archive);
	});

	test('a ZIP64 record that is nowhere', async () => {
		const archive = await broken((whole, { end }) => inserted(whole, end, zip64End(1n, 2n, 3n, 2n ** 60n).subarray(56)));
		await expectWhole(archive);
	});
});

describe('signatures in names and comments are text:', () => {
	const signs = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07'].map((sign) => Buffer.from(sign, 'latin1'));

	test.each([0, 18, 20, 40])('in comments, with %d bytes behind them', async (bytes) => {
		for (const sign of signs) {
			const comment = Buffer.concat([sign, Buffer.alloc(bytes, 1)]);
			const archive = await changed(({ files, end }) => {
				for (const file of files) file.central = centralWith(file.central, { comment });
				end.writeUInt16LE(comment.length, 20);
				return { end: Buffer.concat([end, comment]) };
			});
			await expectWhole(archive);
		}
	});

	test('in a name', async () => {
		for (const sign of signs) {
			const name = Buffer.concat([sign, Buffer.alloc(16, 'a')]);
			const archive = await changed(({ files: [, , last] }) => void Object.assign(last, { local: localWith(last.local, name), central: centralWith(last.central, { name }) }));
			expect(Object.values(await unpackAll(sourceOf(archive)))).toEqual(Object.values(TREE));
		}
	});
});

describe('names', () => {
	test('of two kinds of slash are one, and folders are no files', async () => {
		const archive = await changed(({ files: [first, second, third] }) => {
			for (const file of [first, second]) {
				const name = Buffer.from(file === first ? 'rasters\\ndvi.tif' : 'rasters\\');
				file.central = centralWith(file.central, { name });
				if (file === second) file.local = localWith(file.local, name);
			}
			return { files: [first, second, third] };
		});
		expect(await pathsIn(archive)).toEqual(['rasters/ndvi.tif', 'statistics.json']);
		const [found] = selectFiles(await listFiles(sourceOf(archive)), 'rasters/*.tif');
		expect(found?.path).toBe('rasters/ndvi.tif');
		expect(await unpackAll(sourceOf(archive), (path) => path.endsWith('.tif'))).toEqual({ 'rasters/ndvi.tif': TREE['rasters/ndvi.tif'] });
	});

	test.each<[string, Buffer]>([
		['in another case', Buffer.from('RASTERS/NDVI.TIF')],
		['longer', Buffer.from('Ackerfläche/ndvi-2026.tif')],
		['shorter', Buffer.from('n')],
		['empty', nothing],
		['in another character set', Buffer.from('r\x84sters/ndvi.tif', 'latin1')],
	])('may be others in the local header: %s', async (_what, name) => {
		await expectWhole(await changed(({ files: [first] }) => void (first.local = localWith(first.local, name))));
	});
});

describe('a local header that is wrong about', () => {
	test.each<[string, at: number, value: number, width: 2 | 4]>([
		['the version', 4, 9_999, 2],
		['flags', 6, 0xffff, 2],
		['the method', 8, 99, 2],
		['the time', 10, 0xffffffff, 4],
		['the checksum', 14, 7, 4],
		['the compressed size', 18, 1, 4],
		['the size', 22, 1, 4],
	])('%s', async (_what, at, value, width) => {
		for (const each of [value, 0]) {
			await expectWhole(await changed(({ files: [first] }) => void first.local.writeUIntLE(each, at, width)));
		}
	});

	test('all numbers, which a data descriptor has that no flag speaks of', async () => {
		const archive = await changed(({ files }) => {
			for (const file of files) {
				file.after = Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), file.local.subarray(14, 26)]);
				file.local.fill(0, 14, 26);
			}
		});
		await expectWhole(archive);
	});
});

describe('a directory that is wrong about', () => {
	test.each<[string, at: number, value: number, width: 2 | 4]>([
		['who made the archive', 4, 0xffff, 2],
		['the version that is needed', 6, 0xffff, 2],
		['time and date', 12, 0xffffffff, 4],
		['disk and attributes', 34, 0xffff, 4],
		['attributes', 38, 0xffffffff, 4],
		['the compressed size, too large', 20, 200 * KIB, 4],
		['the compressed size, far too large', 20, 0xfffffff0, 4],
		['the compressed size, which should be in ZIP64', 20, 0xffffffff, 4],
		['the compressed size, too small', 20, 20, 4],
		['the compressed size, which is not there', 20, 0, 4],
	])('%s', async (_what, at, value, width) => {
		for (const index of [0, 2] as const) {
			await expectWhole(await changed(({ files }) => void files[index].central.writeUIntLE(value, at, width)));
		}
	});

	test('the size, too large, where the local header is right and the checksum as well', async () => {
		for (const size of [30 * KIB + 1, 0xfffffff0]) await expectWhole(await changed(({ files: [first] }) => void first.central.writeUInt32LE(size, 24)));
		const both = await changed(({ files: [first] }) => void (first.local.writeUInt32LE(99, 22), first.central.writeUInt32LE(100, 24)));
		expect((await refusalOf(both)).message).toBe('"rasters/ndvi.tif" in the package does not unpack to the 99 bytes that it is said to have');
	});

	test('the length of its last record', async () => {
		for (const at of [30, 32]) {
			await expectWhole(await changed(({ files: [, , last] }) => void last.central.writeUInt16LE(60_000, at)));
			// In the middle, it hides other files.
			const archive = await changed(({ files: [, second] }) => void second.central.writeUInt16LE(60_000, at));
			expect((await refusalOf(archive)).message).toMatch(/list of files in the package is damaged: it breaks off/);
		}
	});

	test('the place of a file, which lies close by', async () => {
		const wrong = (by: number) => async () =>
			await broken((archive, { directory }) => void archive.writeUInt32LE(Math.max(0, archive.readUInt32LE(directory + 42 + 62) + by), directory + 42 + 62));
		for (const by of [-3, 5]) expect(await unpackAll(sourceOf(await wrong(by)()), (path) => path === 'rasters/bands.tif')).toEqual({ 'rasters/bands.tif': TREE['rasters/bands.tif'] });
	});

	test('the size of a folder', async () => {
		const tree = { 'folder/': nothing, ...TREE };
		await expectWhole(await changed(({ files: [folder] }) => void folder.central.writeUInt32LE(512, 24), tree));
	});
});

describe('bytes behind the deflate data of a file', () => {
	test.each([1, 8, 9, 500, 100 * KIB])('are passed over: %d', async (bytes) => {
		for (const fill of [0, 0xff, '\x1f\x8b\x08']) {
			const archive = await changed(({ files }) => {
				for (const file of files.filter(({ central }) => central.readUInt16LE(10) === 8)) {
					file.data = Buffer.concat([file.data, Buffer.alloc(bytes, fill)]);
					for (const [header, at] of [[file.local, 18], [file.central, 20]] as const) header.writeUInt32LE(file.data.length, at);
				}
			});
			await expectWhole(archive, TREE, 1_000);
		}
	});

	test('leave nothing open, and are not read on', async () => {
		const archive = await changed(({ files: [first] }) => {
			first.data = Buffer.concat([first.data, noise(900 * KIB)]);
			for (const [header, at] of [[first.local, 18], [first.central, 20]] as const) header.writeUInt32LE(first.data.length, at);
		});
		const source = sourceOf(archive, 4 * KIB);
		let open = 0;
		const counted: typeof source.read = async function* (ranges) {
			open++;
			try {
				yield* source.read(ranges);
			} finally {
				open--;
			}
		};
		const watched = { length: source.length, tail: source.tail, read: counted };
		expect(asText(await unpackAll(watched, (path) => path === 'rasters/ndvi.tif'))).toEqual(asText({ 'rasters/ndvi.tif': TREE['rasters/ndvi.tif'] as Buffer }));
		expect(open).toBe(0);
	});

	test('do not make up for a wrong checksum, or a wrong size', async () => {
		for (const [at, message] of [[16, /does not have the checksum/], [24, /does not unpack to the 7 bytes/]] as const) {
			const archive = await changed(({ files: [first] }) => {
				first.data = Buffer.concat([first.data, Buffer.from('more')]);
				first.central.writeUInt32LE(first.data.length, 20);
				first.central.writeUInt32LE(7, at);
			});
			expect((await refusalOf(archive)).message).toMatch(message);
		}
	});
});

describe('records of one and the same file', () => {
	test('that are the same are one', async () => {
		expect(await pathsIn(await broken(() => {}, ({ files: [first, second, third] }) => ({ files: [first, second, third] })))).toHaveLength(3);
		const twice = await broken((archive, { directory, end }) => inserted(archive, end, Buffer.from(archive.subarray(directory, directory + 62))));
		expect(await pathsIn(twice)).toEqual(Object.keys(TREE));
		await expectWhole(twice);
	});

	const renamed = async (count: number, tree = TREE) =>
		await changed(({ files }) => {
			const [first] = files;
			const copies = Array.from({ length: count }, (_, n): FileParts => ({ ...first, at: { file: first, offset: 0 }, central: centralWith(first.central, { name: Buffer.from(`copy-${n}.tif`) }) }));
			return { files: [...files, ...copies] };
		}, tree);

	test('under other names are files of their own', async () => {
		const copies = Object.fromEntries([0, 1, 2].map((n) => [`copy-${n}.tif`, TREE['rasters/ndvi.tif'] as Buffer]));
		await expectWhole(await renamed(3), { ...TREE, ...copies });
	});

	test('do not keep a machine busy', async () => {
		const bomb = { 'zeros.bin': Buffer.alloc(40 * KIB * KIB) };
		const archive = await renamed(1_000, bomb);
		const source = sourceOf(archive);
		await expect(unpackAll(source)).rejects.toThrow(/^"[\w.-]+" in the package overlaps "[\w.-]+"$/);
		expect(Object.keys(await unpackAll(source, (path) => path === 'copy-500.tif'))).toEqual(['copy-500.tif']);
	});
});

test('what is wrong with one file takes no other away', async () => {
	const archive = await changed(({ files: [first, second] }) => {
		first.central.writeUInt16LE(12, 10);
		second.central.writeUInt32LE(7, 16);
	});
	expect(await pathsIn(archive)).toEqual(Object.keys(TREE));
	expect((await refusalOf(archive)).message).toBe('"rasters/ndvi.tif" in the package is compressed in a way that is not known here (12)');
	await expect(unpackAll(sourceOf(archive), (path) => path.endsWith('bands.tif'))).rejects.toThrow('"rasters/bands.tif" in the package does not have the checksum');
	expect(await unpackAll(sourceOf(archive), (path) => path.endsWith('.json'))).toEqual({ 'statistics.json': TREE['statistics.json'] });
});

test('files that overlap are refused where both are wanted', async () => {
	const inner = storedFile('inner.txt', Buffer.from('inner'));
	const outer = storedFile('outer.bin', Buffer.concat([noise(50), inner.local, inner.data, noise(50)]));
	const archive = putTogether({ ...takeApart(await changed(() => {})), files: [outer, { ...inner, at: { file: outer, offset: outer.local.length + 50 } }] });
	expect(await pathsIn(archive)).toEqual(['outer.bin', 'inner.txt']);
	expect((await refusalOf(archive)).message).toBe('"outer.bin" in the package overlaps "inner.txt"');
	for (const [path, bytes] of [['outer.bin', outer.data], ['inner.txt', inner.data]] as const) {
		expect(await unpackAll(sourceOf(archive), (each) => each === path)).toEqual({ [path]: bytes });
	}
});
