import type { ServerResponse } from 'node:http';
import type { Exchange } from '../exchange.mts';
import type { Content } from '../packages/content.mts';
import type { Package } from '../packages/packages.mts';
import type { Sandbox } from '../sandbox.mts';
import type { StorageFault } from '../types.mts';
import type { ByteRange } from './headers.mts';

/** Large pieces cost the fewest system calls; one for each connection is all the memory a transfer takes. */
const largestPiece = 2 * 1024 * 1024;
/** Over a line, what may go at one time is less than this, unless the line is very fast. */
const largestPieceOverLine = 256 * 1024;

/** Ends once everything written has reached the kernel, so that a connection can be cut at an exact byte. */
export async function flushed(response: ServerResponse): Promise<void> {
	const { socket } = response;
	if (socket === null || socket.destroyed) return;
	response.flushHeaders();
	await new Promise<void>((resolve) => socket.write('', () => resolve()));
}

/**
 * Writes a range of a package as the body of an answer, as far as a fault lets it, no faster than the client reads or the line
 * allows, and without ever holding more than one piece. Ends early when the client goes away.
 */
export async function sendBody(
	{ traffic }: Sandbox,
	{ response, record }: Exchange,
	{ settings }: Package,
	content: Content,
	{ from, end }: ByteRange,
	{ cutAfter, cutAt = cutAfter === undefined ? undefined : from + cutAfter, stallAt, corruptAt = NaN, short }: StorageFault,
): Promise<void> {
	const stop = Math.min(end, Math.max(from, cutAt ?? stallAt ?? end - (short ?? 0)));
	const { bytesPerSecond, line = bytesPerSecond === undefined ? undefined : { roundTripMs: 0, bytesPerSecond } } = settings;
	const flow = line && response.socket ? traffic.begin(response.socket, line) : undefined;
	const closed = new Promise<void>((resolve) => (response.destroyed ? resolve() : response.once('close', resolve)));
	void closed.then(() => flow && traffic.end(flow));
	// Headers do not wait for the first bytes of the body, which come in small pieces.
	if (flow !== undefined) response.flushHeaders();

	const buffer = Buffer.allocUnsafeSlow(Math.min(flow === undefined ? largestPiece : largestPieceOverLine, stop - from));
	for (let offset = from; offset < stop && !response.destroyed; ) {
		const most = Math.min(buffer.length, stop - offset);
		const piece = buffer.subarray(0, flow === undefined ? most : await traffic.take(flow, most));
		if (response.destroyed) break;
		content.fill(piece, offset);
		if (corruptAt >= offset && corruptAt < offset + piece.length) piece[corruptAt - offset]! ^= 0xff;
		// The buffer is free again once the kernel has its bytes.
		const written = new Promise<void>((resolve) => response.write(piece, (cause) => {
			if (!cause) record.bytesSent += piece.length;
			resolve();
		}));
		await Promise.race([written, closed]);
		offset += piece.length;
	}
	if (flow !== undefined) traffic.end(flow);
	if ((cutAt ?? stallAt ?? short) === undefined) return void response.end();
	await flushed(response);
	if (stallAt !== undefined) return;
	if (short === undefined) response.socket?.destroy();
	else response.socket?.end();
}
