import { randomBytes } from 'node:crypto';
import { ByteQueue } from '../../nodes/Pixxel/transfer/segments/ByteQueue.ts';
import fc, { draws } from '../drawn.mts';

const KIB = 1024;
const LARGEST_PIECE = 512 * KIB;

/** A chunk as a socket gives it: in memory of its own. */
const chunkOf = (bytes: Buffer) => Buffer.from(new Uint8Array(bytes).buffer);

async function takeAll(queue: ByteQueue): Promise<Buffer[]> {
	const pieces: Buffer[] = [];
	for (let piece = await queue.take(); piece; piece = await queue.take()) pieces.push(piece);
	return pieces;
}

describe('bytes in a queue', () => {
	test('are gathered into large pieces while nobody takes them', async () => {
		const bytes = randomBytes(1_200 * KIB);
		const queue = new ByteQueue();
		for (let at = 0; at < bytes.length; at += 60 * KIB) void queue.push(chunkOf(bytes.subarray(at, at + 60 * KIB)));
		queue.end();
		const pieces = await takeAll(queue);
		expect(pieces.map(({ length }) => length)).toEqual([LARGEST_PIECE, LARGEST_PIECE, 176 * KIB]);
		expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
	});

	test('come at once to a reader that waits for them', async () => {
		const queue = new ByteQueue();
		for (const word of ['a', 'few', 'words']) {
			const taken = queue.take();
			void queue.push(Buffer.from(word));
			expect(String(await taken)).toBe(word);
		}
		expect(queue.waiting).toBe(0);
	});

	test('stay what they were, whoever takes them when, and whatever comes after', async () => {
		const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 700 * KIB })), { maxLength: 12 });
		await fc.assert(
			fc.asyncProperty(sizes, fc.array(fc.boolean()), async (lengths, takes) => {
				const chunks = lengths.map((length) => randomBytes(length));
				const queue = new ByteQueue();
				const pieces: Buffer[] = [];
				for (const [index, chunk] of chunks.entries()) {
					void queue.push(chunkOf(chunk));
					if (takes[index]) pieces.push((await queue.take()) ?? Buffer.alloc(0));
				}
				queue.end();
				pieces.push(...(await takeAll(queue)));
				expect(Buffer.concat(pieces).equals(Buffer.concat(chunks))).toBe(true);
			}),
			draws(60, 3_000),
		);
	});

	test('are all read before the reader learns of a failure', async () => {
		const queue = new ByteQueue();
		void queue.push(Buffer.from('some'));
		queue.end(new Error('the line broke'));
		expect(String(await queue.take())).toBe('some');
		await expect(queue.take()).rejects.toThrow('the line broke');
	});
});

describe('the memory of a chunk', () => {
	const freesMemory = 'transfer' in ArrayBuffer.prototype;

	test('is freed at once where Node can, and where nothing else is in it', () => {
		const alone = chunkOf(Buffer.from('alone'));
		const memory = Buffer.from(new Uint8Array(Buffer.from('one of two')).buffer);
		const queue = new ByteQueue();
		void queue.push(alone);
		void queue.push(memory.subarray(0, 3));
		expect(alone.length).toBe(freesMemory ? 0 : 5);
		expect(String(memory)).toBe('one of two');
	});
});
