import type { ByteRange } from '../../../nodes/Pixxel/bytes/ByteRange.ts';
import { listFiles } from '../../../nodes/Pixxel/zip/directory/listFiles.ts';
import { type ArchiveSource, TAIL_BYTES } from '../../../nodes/Pixxel/zip/format/ArchiveSource.ts';
import { extract } from './memorySource.mts';
import { END, storedFile } from './parts.mts';

const GIB = 2 ** 30;
const CHUNK = Buffer.alloc(2 ** 20);

/** A file of which only the last bytes are not zero, so that it can be of any size. */
interface Large {
	name: string;
	bytes: number;
	method?: number;
	/** What it says that it unpacks to. */
	size?: number;
}

/** An archive as macOS's Archive Utility writes it: without ZIP64, with all numbers cut off after 32 bits. */
function wrapped(files: Large[]): ArchiveSource {
	const pieces: Array<{ start: number; bytes: Buffer }> = [];
	const headers: Buffer[] = [];
	let length = 0;
	const put = (bytes: Buffer) => void (pieces.push({ start: length, bytes }), (length += bytes.length));
	for (const { name, bytes, method = 0, size = bytes } of files) {
		const { local, central } = storedFile(name, Buffer.alloc(bytes > GIB ? 0 : bytes));
		central.writeUInt16LE(method, 10);
		central.writeUInt32LE(bytes % (4 * GIB), 20);
		central.writeUInt32LE(size % (4 * GIB), 24);
		central.writeUInt32LE(length % (4 * GIB), 42);
		local.fill(0, 14, 26);
		headers.push(central);
		put(local);
		length += bytes;
	}
	const directory = Buffer.concat(headers);
	const end = Buffer.alloc(22);
	end.writeUInt32LE(END);
	end.writeUInt16LE(files.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(length % (4 * GIB), 16);
	put(directory);
	put(end);
	const slice = ({ start, end: stop }: ByteRange): Buffer => {
		const bytes = Buffer.from(CHUNK.subarray(0, stop - start));
		for (const piece of pieces) {
			const [from, to] = [Math.max(start, piece.start), Math.min(stop, piece.start + piece.bytes.length)];
			if (from < to) piece.bytes.copy(bytes, from - start, from - piece.start, to - piece.start);
		}
		return bytes;
	};
	return {
		length,
		tail: slice({ start: Math.max(0, length - TAIL_BYTES), end: length }),
		async *read(ranges) {
			for (const { start, end: stop } of ranges) {
				for (let at = start; at < stop; at += CHUNK.length) yield slice({ start: at, end: Math.min(stop, at + CHUNK.length) });
			}
		},
	};
}

const SMALL = ['a.json', 'b.json', 'c.json', 'd.json'].map((name): Large => ({ name, bytes: 20 }));
const [a, b, c, d] = SMALL as [Large, Large, Large, Large];
const scene = (gib: number, name = 'scene.tif'): Large => ({ name, bytes: gib * GIB + 7 });

test.each<[string, Large[]]>([
	['small ones beyond 4 GiB', [a, scene(3), b, scene(2, 'other.tif'), c]],
	['one of 5 GiB, which no offset shows', [a, b, scene(5), c, d]],
	['one of 5 GiB at the end', [a, b, c, d, scene(5)]],
	['one of 5 GiB at the beginning', [scene(5), a, b, c, d]],
	['one of 13 GiB, and one of 4', [a, scene(13), b, scene(4, 'other.tif'), c, d]],
])('archives without ZIP64 give the sizes of all files, and those that are wanted: %s', async (_what, files) => {
	const source = wrapped(files);
	const listed = await listFiles(source);
	expect(listed.map(({ path, size }) => [path, size])).toEqual(files.map(({ name, bytes }) => [name, bytes]));
	const small = listed.filter(({ path }) => path.endsWith('.json'));
	expect(Object.values(await extract(source, small))).toEqual(small.map(() => Buffer.alloc(20)));
});

test('where the size of a compressed file cannot be told, it is not told, and the other files are there', async () => {
	for (const packed of [{ name: 'scene.tif', bytes: 3 * GIB, method: 8, size: 5 * GIB }, { name: 'scene.tif', bytes: 5 * GIB, method: 8, size: 9 * GIB }]) {
		const source = wrapped([a, packed, b]);
		const listed = await listFiles(source);
		expect(listed.map(({ path, size }) => [path, size])).toEqual([['a.json', 20], ['scene.tif', undefined], ['b.json', 20]]);
		await expect(extract(source, listed)).rejects.toThrow('"scene.tif" in the package is larger than 4 GiB, and the archive does not say how large');
		expect(Object.keys(await extract(source, listed.filter(({ size }) => size !== undefined)))).toEqual(['a.json', 'b.json']);
	}
});
