import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteRange } from './byteRange.mts';
import type { Content } from '../packages/packageContent.mts';

/** Large pieces cost the fewest system calls; two for each connection is all the memory a transfer takes. */
const largestPiece = 1024 * 1024;
/** A throttled connection gets its bytes in this many pieces a second, so that the flow looks even. */
const piecesPerSecond = 50;

export interface Pace {
	/** Undefined: as fast as the client reads. */
	bytesPerSecond?: number;
	/** Absolute offset of a byte to flip. */
	corruptAt?: number;
	/** Told of every piece that has reached the kernel. */
	onSent: (bytes: number) => void;
}

function whenClosed(response: ServerResponse): Promise<void> {
	return new Promise((resolve) => {
		if (response.destroyed || response.closed) resolve();
		else response.once('close', () => resolve());
	});
}

/** Ends once everything written has reached the kernel, so that a connection can be cut at an exact byte. */
export async function flushed(response: ServerResponse): Promise<void> {
	const { socket } = response;
	if (socket === null || socket.destroyed) return;
	response.flushHeaders();
	await new Promise<void>((resolve) => socket.write('', () => resolve()));
}

/**
 * Writes a range of a package as the body of an answer, no faster than the client reads or the pace allows, and without ever
 * holding more than two pieces. Ends early when the client goes away.
 */
export async function sendContent(
	response: ServerResponse,
	content: Content,
	range: ByteRange,
	pace: Pace,
): Promise<void> {
	const { bytesPerSecond, corruptAt } = pace;
	const wanted = bytesPerSecond === undefined ? largestPiece : Math.ceil(bytesPerSecond / piecesPerSecond);
	const pieceSize = Math.max(1, Math.min(largestPiece, wanted, range.end - range.from));
	const buffers = [Buffer.allocUnsafeSlow(pieceSize), Buffer.allocUnsafeSlow(pieceSize)];
	const pending: Array<Promise<void>> = [Promise.resolve(), Promise.resolve()];
	const closed = whenClosed(response);
	const startedMs = performance.now();

	let turn = 0;
	for (let offset = range.from; offset < range.end && !response.destroyed; ) {
		const buffer = buffers[turn] ?? Buffer.alloc(0);
		// A buffer is free again once the kernel has its bytes.
		await pending[turn];
		const piece = buffer.subarray(0, Math.min(pieceSize, range.end - offset));
		content.fill(piece, offset);
		if (corruptAt !== undefined && corruptAt >= offset && corruptAt < offset + piece.length) {
			piece[corruptAt - offset] = (piece[corruptAt - offset] ?? 0) ^ 0xff;
		}
		if (bytesPerSecond !== undefined) {
			const dueMs = startedMs + ((offset - range.from) / bytesPerSecond) * 1000;
			const waitMs = dueMs - performance.now();
			if (waitMs > 1) await Promise.race([sleep(waitMs), closed]);
			if (response.destroyed) break;
		}
		const written = new Promise<void>((resolve) => {
			response.write(piece, (cause) => {
				if (!cause) pace.onSent(piece.length);
				resolve();
			});
		});
		pending[turn] = Promise.race([written, closed]);
		offset += piece.length;
		turn = 1 - turn;
	}
	await Promise.all(pending);
}
