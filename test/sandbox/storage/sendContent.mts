import type { ServerResponse } from 'node:http';
import type { Flow } from '../line/flow.mts';
import type { Content } from '../packages/content.mts';
import type { ByteRange } from './headers.mts';

/** Large pieces cost the fewest system calls; two for each connection is all the memory a transfer takes. */
const largestPiece = 1024 * 1024;
/** Over a line, what may go at one time is less than this, unless the line is very fast. */
const largestPieceOverLine = 256 * 1024;

export interface Sending {
	/** The line it goes over. Undefined: as fast as the client reads. */
	flow?: Flow;
	/** Absolute offset of a byte to flip. */
	corruptAt?: number;
	/** Told of every piece that has reached the kernel. */
	onSent: (bytes: number) => void;
}

/** Ends once everything written has reached the kernel, so that a connection can be cut at an exact byte. */
export async function flushed(response: ServerResponse): Promise<void> {
	const { socket } = response;
	if (socket === null || socket.destroyed) return;
	response.flushHeaders();
	await new Promise<void>((resolve) => socket.write('', () => resolve()));
}

/**
 * Writes a range of a package as the body of an answer, no faster than the client reads or the line allows, and without ever
 * holding more than two pieces. Ends early when the client goes away.
 */
export async function sendContent(
	response: ServerResponse,
	content: Content,
	range: ByteRange,
	{ flow, corruptAt = NaN, onSent }: Sending,
): Promise<void> {
	const pieceSize = Math.min(flow === undefined ? largestPiece : largestPieceOverLine, range.end - range.from);
	const buffers = [Buffer.allocUnsafeSlow(pieceSize), Buffer.allocUnsafeSlow(pieceSize)] as const;
	const pending: Array<Promise<unknown>> = [];
	const closed = new Promise<void>((resolve) => (response.destroyed ? resolve() : response.once('close', resolve)));
	void closed.then(() => flow?.end());
	// Headers do not wait for the first bytes of the body, which come in small pieces.
	if (flow !== undefined) response.flushHeaders();

	let turn: 0 | 1 = 0;
	for (let offset = range.from; offset < range.end && !response.destroyed; ) {
		// A buffer is free again once the kernel has its bytes.
		await pending[turn];
		const most = Math.min(pieceSize, range.end - offset);
		const piece = buffers[turn].subarray(0, flow === undefined ? most : await flow.take(most));
		if (response.destroyed) break;
		content.fill(piece, offset);
		if (corruptAt >= offset && corruptAt < offset + piece.length) piece[corruptAt - offset]! ^= 0xff;
		const written = new Promise<void>((resolve) => {
			response.write(piece, (cause) => {
				if (!cause) onSent(piece.length);
				resolve();
			});
		});
		pending[turn] = Promise.race([written, closed]);
		offset += piece.length;
		turn = turn === 0 ? 1 : 0;
	}
	await Promise.all(pending);
}
