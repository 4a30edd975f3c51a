import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { archiveContent } from '../sandbox/packages/archive/archiveContent.mts';
import type { Content } from '../sandbox/packages/content.mts';
import type { ArchiveFile } from '../sandbox/types.mts';

const MIB = 1024 * 1024;
const PIECE_BYTES = MIB;

/** What the servers hand out: an archive, and the files in it. */
export interface Served {
	name: string;
	/** In the archive's order. */
	paths: string[];
	archive: Content;
}

function served(name: string, files: ArchiveFile[]): Served {
	return { name, paths: files.map(({ path }) => path), archive: archiveContent({ files }, name) };
}

const bands = (method: ArchiveFile['method'], size: number) =>
	Array.from({ length: 4 }, (_none, index): ArchiveFile => ({ path: `bands/${method}/${index + 1}.tif`, size, method }));

/** Some 40 MB: enough for several connections, and for several readers of its files. */
export const LARGE = served('large.zip', [
	{ path: 'report.json', size: 20_000 },
	...bands('deflated', 9 * MIB),
	...bands('stored', 5 * MIB),
	{ path: 'empty.txt', size: 0 },
]);

/** So small that the first answer is all of it. */
export const SMALL = served('small.zip', [{ path: 'report.json', size: 5_000 }, { path: 'notes/summary.txt', size: 300 }]);

async function writeTo(folder: string, { name, archive }: Served): Promise<void> {
	const pieces = function* () {
		for (let offset = 0; offset < archive.size; offset += PIECE_BYTES) {
			const piece = Buffer.alloc(Math.min(PIECE_BYTES, archive.size - offset));
			archive.fill(piece, offset);
			yield piece;
		}
	};
	await finished(Readable.from(pieces()).pipe(createWriteStream(join(folder, name))));
}

/** Puts the packages into a folder. */
export async function writePackages(folder: string): Promise<void> {
	for (const each of [LARGE, SMALL]) await writeTo(folder, each);
}
