import { crc32 } from 'node:zlib';

/** Archives taken apart, so that tests can change a part and put them together again. For well-formed archives without ZIP64. */

export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const END = 0x06054b50;

export interface FileParts {
	/** Its local header, with name and extra fields. */
	local: Buffer;
	data: Buffer;
	/** What follows the data: mostly nothing, or a data descriptor. */
	after: Buffer;
	/** Its record in the directory. */
	central: Buffer;
	/** Where in another file it lies, if it has no place of its own. */
	at?: { file: FileParts; offset: number };
}

export interface ArchiveParts {
	before: Buffer;
	files: FileParts[];
	beforeDirectory: Buffer;
	beforeEnd: Buffer;
	/** The end record, with its comment. */
	end: Buffer;
	behind: Buffer;
}

const nothing = Buffer.alloc(0);

export function takeApart(archive: Buffer): ArchiveParts {
	const endAt = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
	const end = archive.subarray(endAt);
	const directoryAt = end.readUInt32LE(16);
	const centrals: Buffer[] = [];
	for (let at = directoryAt; archive.readUInt32LE(at) === CENTRAL; ) {
		const length = 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
		centrals.push(archive.subarray(at, at + length));
		at += length;
	}
	const files = centrals.map((central, index): FileParts => {
		const at = central.readUInt32LE(42);
		const dataAt = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
		const dataEnd = dataAt + central.readUInt32LE(20);
		const next = centrals[index + 1]?.readUInt32LE(42) ?? directoryAt;
		return { local: copy(archive, at, dataAt), data: copy(archive, dataAt, dataEnd), after: copy(archive, dataEnd, next), central: Buffer.from(central) };
	});
	return { before: nothing, files, beforeDirectory: nothing, beforeEnd: nothing, end: Buffer.from(end), behind: nothing };
}

const copy = (bytes: Buffer, from: number, to: number) => Buffer.from(bytes.subarray(from, to));

/** Puts parts together, with the offsets, sizes and counts that they have: what stands before the archive is not counted. */
export function putTogether({ before, files, beforeDirectory, beforeEnd, end, behind }: ArchiveParts): Buffer {
	let offset = 0;
	const places = new Map<FileParts, number>();
	const written = files.map((file) => {
		const bytes = file.at ? nothing : Buffer.concat([file.local, file.data, file.after]);
		places.set(file, offset);
		file.central.writeUInt32LE(file.at ? (places.get(file.at.file) as number) + file.at.offset : offset, 42);
		offset += bytes.length;
		return bytes;
	});
	const directory = Buffer.concat(files.map(({ central }) => central));
	end.writeUInt16LE(files.length, 8);
	end.writeUInt16LE(files.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(offset + beforeDirectory.length, 16);
	return Buffer.concat([before, ...written, beforeDirectory, directory, beforeEnd, end, behind]);
}

/** A record of the directory, with another name or comment. */
export function centralWith(central: Buffer, { name, comment }: { name?: Buffer; comment?: Buffer }): Buffer {
	const [nameEnd, extraEnd] = [46 + central.readUInt16LE(28), 46 + central.readUInt16LE(28) + central.readUInt16LE(30)];
	const changed = [central.subarray(0, 46), name ?? central.subarray(46, nameEnd), central.subarray(nameEnd, extraEnd), comment ?? central.subarray(extraEnd)];
	const record = Buffer.concat(changed);
	record.writeUInt16LE((changed[1] as Buffer).length, 28);
	record.writeUInt16LE((changed[3] as Buffer).length, 32);
	return record;
}

/** A local header with another name. */
export function localWith(local: Buffer, name: Buffer): Buffer {
	const header = Buffer.concat([local.subarray(0, 30), name, local.subarray(30 + local.readUInt16LE(26))]);
	header.writeUInt16LE(name.length, 26);
	return header;
}

/** A directory of entries without names, each in a place of its own, and the record behind them. */
export function directoryOf(count: number): Buffer {
	const directory = Buffer.alloc(count * 46);
	for (let n = 0; n < count; n++) {
		directory.writeUInt32LE(CENTRAL, n * 46);
		directory.writeUInt32LE(n, n * 46 + 42);
	}
	const end = Buffer.alloc(22);
	end.writeUInt32LE(END, 0);
	end.writeUInt16LE(count & 0xffff, 10);
	end.writeUInt32LE(directory.length, 12);
	return Buffer.concat([directory, end]);
}

/** A file that is not compressed. */
export function storedFile(name: string, data: Buffer): FileParts {
	const [local, central] = [Buffer.alloc(30 + name.length), Buffer.alloc(46 + name.length)];
	for (const [header, signature, at] of [[local, LOCAL, 14], [central, CENTRAL, 16]] as const) {
		header.writeUInt32LE(signature);
		[crc32(data), data.length, data.length, name.length].forEach((value, index) => header.writeUInt32LE(value, at + 4 * index));
		header.write(name, header.length - name.length);
	}
	return { local, data, after: nothing, central };
}
