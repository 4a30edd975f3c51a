import { createHash } from 'node:crypto';
import type { ArchiveFile, ArchiveSettings } from '../../types.mts';
import type { Content } from '../packageContent.mts';
import { entryContent } from './entryContent.mts';
import type { Entry } from './zipRecords.mts';
import { centralHeader, endRecords, localHeader } from './zipRecords.mts';

/** A made-up ZIP archive. */
export interface ArchiveContent extends Content {
	/** One of its files as it comes out; undefined: there is none of this path. */
	file(path: string): Content | undefined;
}

/** What lies in the archive from an offset on. */
interface Part {
	at: number;
	size: number;
	fill: Content['fill'];
}

const ofBytes = (bytes: Buffer, at: number): Part => ({
	at,
	size: bytes.length,
	fill: (into, offset) => void bytes.copy(into, 0, offset, offset + into.length),
});

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
			const part = parts[index];
			if (part === undefined) throw new RangeError(`The archive ends before byte ${offset + into.length}`);
			const within = offset + done - part.at;
			const piece = into.subarray(done, done + Math.min(into.length - done, part.size - within));
			if (piece.length > 0) part.fill(piece, within);
			done += piece.length;
		}
	};
}

/** Each file by itself: one with a `count` stands for many. */
function* singly(files: ArchiveFile[]): Generator<Required<Omit<ArchiveFile, 'count'>>> {
	for (const { path, size, method = 'deflated', count } of files) {
		if (count === undefined) yield { path, size, method };
		else for (let number = 1; number <= count; number++) yield { path: path.replaceAll('{n}', String(number)), size, method };
	}
}

/**
 * A ZIP archive of any size, readable from any offset, the same for the same settings and seed. Its directory is kept, its files
 * are not. Other seed, other bytes in as many.
 */
export function archiveContent(settings: ArchiveSettings, seed: string): ArchiveContent {
	const { files, comment = '', zip64 = false } = settings;
	const parts: Part[] = [];
	const entries: Entry[] = [];
	let size = 0;
	const append = (part: Part) => {
		parts.push(part);
		size += part.size;
	};
	for (const { path, size: plainSize, method } of singly(files)) {
		const { plain, deflated, crc32 } = entryContent(`${seed}/${path}`, plainSize);
		const packed = method === 'stored' ? plain : deflated;
		const entry = { path, method, crc32, packedSize: packed.size, size: plainSize, offset: size };
		entries.push(entry);
		append(ofBytes(localHeader(entry, zip64), size));
		append({ at: size, size: packed.size, fill: packed.fill });
	}
	const directory = Buffer.concat(entries.map((entry) => centralHeader(entry, zip64)));
	const end = endRecords({ at: size, size: directory.length, entries: entries.length }, comment, zip64);
	append(ofBytes(Buffer.concat([directory, end]), size));
	return {
		size,
		version: createHash('md5').update(JSON.stringify([settings, seed])).digest('hex'),
		fill: fillFrom(parts),
		file: (path) => {
			const entry = entries.find((candidate) => candidate.path === path);
			return entry && entryContent(`${seed}/${path}`, entry.size).plain;
		},
	};
}
