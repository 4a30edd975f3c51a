import type { ArchiveFile, ArchiveSettings } from '../../types.mts';
import { bytesContent, type Content, md5 } from '../content.mts';
import { entryContent } from './entryContent.mts';
import { centralHeader, endRecords, type Entry, localHeader } from './zipRecords.mts';

/** What lies in the archive from an offset on. */
interface Part {
	at: number;
	content: Content;
}

/** Makes one content of parts that follow each other without a gap. */
function fillFrom(parts: Part[]): Content['fill'] {
	/** The last part that begins at the offset or before it. */
	function indexAt(offset: number): number {
		let [low, high] = [0, parts.length - 1];
		while (low < high) {
			const middle = Math.ceil((low + high) / 2);
			if ((parts[middle]?.at ?? Infinity) <= offset) low = middle;
			else high = middle - 1;
		}
		return low;
	}
	return (into, offset) => {
		let done = 0;
		for (let index = indexAt(offset); done < into.length; index++) {
			const { at, content } = parts[index] as Part;
			const within = offset + done - at;
			const piece = into.subarray(done, done + Math.min(into.length - done, content.size - within));
			if (piece.length > 0) content.fill(piece, within);
			done += piece.length;
		}
	};
}

/** Each file by itself: one with a `count` stands for many. */
function singly(files: ArchiveFile[]): ArchiveFile[] {
	const numbered = ({ path, count = 0, ...file }: ArchiveFile) =>
		Array.from({ length: count }, (_none, index) => ({ ...file, path: path.replaceAll('{n}', String(index + 1)) }));
	return files.flatMap((file) => (file.count === undefined ? [file] : numbered(file)));
}

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
	for (const { path, size: plainSize, method = 'deflated' } of singly(files)) {
		const { plain, deflated, crc32 } = entryContent(`${seed}/${path}`, plainSize);
		const packed = method === 'stored' ? plain : deflated;
		const entry = { path, method, crc32, packedSize: packed.size, size: plainSize, offset: size };
		entries.push(entry);
		append(bytesContent(localHeader(entry)));
		append(packed);
	}
	const directory = Buffer.concat(entries.map(centralHeader));
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
