import type { ArchiveFile, ArchiveSettings } from '../../types.mts';
import { bytesContent, type Content, md5 } from '../content.mts';
import { entryContent } from './entryContent.mts';
import { endRecords, type Entry, header } from './zipRecords.mts';

/** What lies in the archive from an offset on. */
interface Part {
	at: number;
	content: Content;
}

/** Makes one content of parts that follow each other without a gap. */
const fillFrom = (parts: Part[]): Content['fill'] => (into, offset) => {
	let done = 0;
	for (let index = parts.findLastIndex(({ at }) => at <= offset); done < into.length; index++) {
		const { at, content } = parts[index] as Part;
		const within = offset + done - at;
		const piece = into.subarray(done, done + Math.min(into.length - done, content.size - within));
		if (piece.length > 0) content.fill(piece, within);
		done += piece.length;
	}
};

/** Each file by itself: one with a `count` stands for many. */
const singly = ({ path, count = 1, ...file }: ArchiveFile): ArchiveFile[] =>
	Array.from({ length: count }, (_none, index) => ({ ...file, path: path.replaceAll('{n}', String(index + 1)) }));

/**
 * A ZIP archive of any size, readable from any offset, the same for the same settings and seed. Its directory is kept, its files
 * are not. Other seed, other bytes in as many.
 */
export function archiveContent(settings: ArchiveSettings, seed: string): Content {
	const { files, comment = '' } = settings;
	const parts: Part[] = [];
	const entries: Entry[] = [];
	let size = 0;
	const append = (content: Content) => {
		parts.push({ at: size, content });
		size += content.size;
	};
	for (const { path, size: plainSize, method = 'deflated' } of files.flatMap(singly)) {
		const { plain, deflated, crc32 } = entryContent(`${seed}/${path}`, plainSize);
		const packed = method === 'stored' ? plain : deflated;
		const entry = { path, method, crc32, packedSize: packed.size, size: plainSize, offset: size };
		entries.push(entry);
		append(bytesContent(header(entry, false)));
		append(packed);
	}
	const directory = Buffer.concat(entries.map((entry) => header(entry, true)));
	append(bytesContent(Buffer.concat([directory, endRecords(size, directory.length, entries.length, comment)])));
	return {
		size,
		version: md5(JSON.stringify([settings, seed])).digest('hex'),
		fill: fillFrom(parts),
		file: (path) => {
			const entry = entries.find((candidate) => candidate.path === path);
			return entry && entryContent(`${seed}/${path}`, entry.size).plain;
		},
	};
}
