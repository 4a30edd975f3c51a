import { Failure } from '../../../nodes/Pixxel/errors/Failure.ts';
import type { ByteRange } from '../../../nodes/Pixxel/bytes/ByteRange.ts';
import { listFiles } from '../../../nodes/Pixxel/zip/directory/listFiles.ts';
import { extractEntries } from '../../../nodes/Pixxel/zip/extract/extractEntries.ts';
import { planExtraction } from '../../../nodes/Pixxel/zip/extract/planExtraction.ts';
import { type ArchiveSource, TAIL_BYTES } from '../../../nodes/Pixxel/zip/format/ArchiveSource.ts';
import type { ZipEntry } from '../../../nodes/Pixxel/zip/format/ZipEntry.ts';
import type { Tree } from './archives.mts';

/** An archive in memory, read in chunks of some size. Counts what is read. */
export function sourceOf(archive: Buffer, chunkBytes = 10_000): ArchiveSource & { ranges: number; bytesRead: number } {
	const source = {
		length: archive.length,
		tail: archive.subarray(Math.max(0, archive.length - TAIL_BYTES)),
		ranges: 0,
		bytesRead: 0,
		async *read(ranges: readonly ByteRange[]) {
			for (const { start, end } of ranges) {
				source.ranges++;
				for (let at = start; at < end; at += chunkBytes) {
					const chunk = Buffer.from(archive.subarray(at, Math.min(end, at + chunkBytes)));
					source.bytesRead += chunk.length;
					yield chunk;
				}
			}
		},
	};
	return source;
}

/** Takes files out of an archive. */
export async function extract(source: ArchiveSource, entries: readonly ZipEntry[]): Promise<Tree> {
	const tree: Tree = {};
	await extractEntries(source, planExtraction(entries, source.length), async ({ path }, bytes) => {
		const chunks: Buffer[] = [];
		for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
		tree[path] = Buffer.concat(chunks);
	});
	return tree;
}

export const unpackAll = async (source: ArchiveSource, wants: (path: string) => boolean = () => true) =>
	await extract(source, (await listFiles(source)).filter(({ path }) => wants(path)));

/** What is said where an archive, or a file in it, is refused. */
export const refusalOf = async (archive: Buffer): Promise<Failure> => {
	const shown = await unpackAll(sourceOf(archive)).catch((cause: unknown) => cause);
	expect(shown).toBeInstanceOf(Failure);
	expect((shown as Failure).advice).toMatch(/"File" under "Output"/);
	return shown as Failure;
};

/** The paths that an archive lists. */
export const pathsIn = async (archive: Buffer): Promise<string[]> => (await listFiles(sourceOf(archive))).map(({ path }) => path);
