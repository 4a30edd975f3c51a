import fc from '../../drawn.mts';
import { noise } from './archives.mts';
import { type ArchiveParts, CENTRAL, centralWith, END, type FileParts, LOCAL, localWith, putTogether, takeApart } from './parts.mts';

/** Something that a program got wrong when it wrote an archive, or that happened to one since. */
export type Mutation = (archive: Buffer) => Buffer;

export type Drawn = fc.Arbitrary<[told: string, mutate: Mutation]>;

/** Fields of the records: offset and width. */
const FIELDS = {
	[LOCAL]: [[4, 2], [6, 2], [8, 2], [10, 2], [12, 2], [14, 4], [18, 4], [22, 4], [28, 2]],
	[CENTRAL]: [[4, 2], [6, 2], [8, 2], [10, 2], [12, 2], [14, 2], [16, 4], [20, 4], [24, 4], [30, 2], [32, 2], [34, 2], [36, 2], [38, 4], [42, 4]],
	[END]: [[4, 2], [6, 2], [8, 2], [10, 2], [12, 4], [16, 4], [20, 2]],
} as const;
type Signature = keyof typeof FIELDS;

function placesOf(archive: Buffer, signature: number): number[] {
	const sign = Buffer.alloc(4);
	sign.writeUInt32LE(signature);
	const places: number[] = [];
	for (let at = -1; (at = archive.indexOf(sign, at + 1)) >= 0; ) places.push(at);
	return places;
}

const pick = <T,>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)];

const field: Drawn = fc
	.record({
		signature: fc.constantFrom<Signature>(LOCAL, CENTRAL, END),
		n: fc.nat(50),
		which: fc.nat(50),
		value: fc.oneof(
			fc.constantFrom(0, 1, 0xffff, 0xffffffff).map((to) => () => to),
			fc.integer({ min: -300, max: 300 }).map((by) => (was: number) => was + by),
			fc.nat(0xffffffff).map((to) => () => to),
		),
	})
	.map(({ signature, n, which, value }) => {
		const [offset, width] = pick<readonly [number, number]>(FIELDS[signature], which) as [number, number];
		const mutate = (archive: Buffer) => {
			const at = pick(placesOf(archive, signature), n);
			if (at !== undefined && at + offset + width <= archive.length) {
				const was = archive.readUIntLE(at + offset, width);
				archive.writeUIntLE((value(was) >>> 0) % 2 ** (8 * width), at + offset, width);
			}
			return archive;
		};
		return [`field ${offset} of record ${n} with the signature ${signature.toString(16)}`, mutate];
	});

const filling = fc.constantFrom<(bytes: number) => Buffer>(
	(bytes) => Buffer.alloc(bytes),
	(bytes) => noise(bytes),
	(bytes) => Buffer.alloc(bytes, Buffer.from('PK\x05\x06 PK\x06\x07 PK\x03\x04 ', 'latin1')),
);
const amount = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 60_000 }));

/** Something that nothing counts. */
const insertion: Drawn = fc
	.record({ where: fc.constantFrom('start', LOCAL, CENTRAL, END, 'end'), n: fc.nat(50), amount, filling })
	.map(({ where, n, amount: bytes, filling: fill }) => {
		const mutate = (archive: Buffer) => {
			// Between the records of the directory, nothing can stand.
			const places = typeof where === 'number' ? placesOf(archive, where) : [where === 'start' ? 0 : archive.length];
			const at = where === CENTRAL ? places[0] : pick(places, n);
			return at === undefined ? archive : Buffer.concat([archive.subarray(0, at), fill(bytes), archive.subarray(at)]);
		};
		return [`${bytes} bytes inserted at ${where} ${n}`, mutate];
	});

const removal: Drawn = fc.record({ bytes: fc.integer({ min: 1, max: 40 }), at: fc.double({ min: 0, max: 1, noNaN: true }) }).map(({ bytes, at }) => [
	`${bytes} bytes removed at ${at}`,
	(archive) => {
		const from = Math.floor(at * archive.length);
		return Buffer.concat([archive.subarray(0, from), archive.subarray(from + bytes)]);
	},
]);

/** A change of parts, for archives without ZIP64. */
const ofParts = (told: string, change: (parts: ArchiveParts, file: FileParts) => Partial<ArchiveParts> | void): Drawn =>
	fc.nat(50).map((n) => [
		`${told}, file ${n}`,
		(archive) => {
			const parts = takeApart(archive);
			const file = pick(parts.files, n);
			return file ? putTogether({ ...parts, ...change(parts, file) }) : archive;
		},
	]);

const otherName = fc.constantFrom<(name: Buffer) => Buffer>(
	(name) => Buffer.from(name.toString('latin1').toUpperCase(), 'latin1'),
	(name) => Buffer.from(name.toString('latin1').replaceAll('/', '\\'), 'latin1'),
	(name) => Buffer.concat([Buffer.from('Übersicht '), name]),
	(name) => Buffer.concat([Buffer.from('M\x81ller ', 'latin1'), name]),
	(name) => name.subarray(-5),
	(name) => Buffer.concat([Buffer.from('PK\x06\x07', 'latin1'), name]),
);

const name: Drawn = fc.tuple(otherName, fc.constantFrom('local', 'central', 'both')).chain(([renamed, where]) =>
	ofParts(`another name in ${where}`, (_parts, file) => {
		const old = file.local.subarray(30, 30 + file.local.readUInt16LE(26));
		if (where !== 'central') file.local = localWith(file.local, renamed(old));
		if (where !== 'local') file.central = centralWith(file.central, { name: renamed(old) });
	}),
);

const comment: Drawn = fc.tuple(filling, fc.integer({ min: 1, max: 300 })).chain(([fill, bytes]) =>
	ofParts(`comments of ${bytes} bytes`, ({ end }, file) => {
		file.central = centralWith(file.central, { comment: fill(bytes) });
		end.writeUInt16LE(bytes, 20);
		return { end: Buffer.concat([end.subarray(0, 22), fill(bytes)]) };
	}),
);

const junk: Drawn = fc.tuple(filling, amount).chain(([fill, bytes]) =>
	ofParts(`${bytes} bytes behind the data`, (_parts, file) => {
		file.data = Buffer.concat([file.data, fill(bytes)]);
		file.local.writeUInt32LE(file.data.length, 18);
		file.central.writeUInt32LE(file.data.length, 20);
	}),
);

const twice = fc.boolean().chain((isCounted) =>
	ofParts(`a record twice, counted: ${isCounted}`, ({ files, beforeEnd }, file) =>
		isCounted ? { files: [...files, { ...file, central: Buffer.from(file.central), at: { file, offset: 0 } }] } : { beforeEnd: Buffer.concat([beforeEnd, file.central]) },
	),
);

const noNumbers: Drawn = fc.boolean().chain((hasDescriptor) =>
	ofParts(`zeros in the local header, a descriptor without its flag: ${hasDescriptor}`, (_parts, file) => {
		if (hasDescriptor) file.after = Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), file.local.subarray(14, 26)]);
		file.local.fill(0, 14, 26);
		file.local.writeUInt16LE(0, 6);
	}),
);

/** What can be done to any archive. */
export const ofBytes: Drawn = fc.oneof({ arbitrary: field, weight: 6 }, { arbitrary: insertion, weight: 2 }, removal);

/** And what can be done to those without ZIP64. */
export const anyMutation: Drawn = fc.oneof({ arbitrary: ofBytes, weight: 4 }, name, comment, junk, twice, noNumbers);
