import { releaseBuffer } from '../../bytes/releaseBuffer';

/**
 * As far as the reader is behind, chunks are gathered into pieces of up to this size: as much as Node's
 * `writeFile`, with which n8n stores files, writes at a time. It waits for each write, and with the 64 KiB
 * that a socket gives a package takes a third longer.
 */
const PIECE_BYTES = 512 * 1024;

const NO_SPACE = Buffer.alloc(0);

/** Bytes on their way from one writer to one reader, who waits for them. Whoever writes keeps it small. */
export class ByteQueue {
	private readonly pieces: Buffer[] = [];
	private bytes = 0;
	private ended = false;
	private error: unknown;
	private wakeReader: (() => void) | undefined;

	/** Where the next piece grows: so many of its first bytes are gathered, the others still free. */
	private space: Buffer = NO_SPACE;
	private gathered = 0;

	/** Adds a chunk, which is of no use to the caller from then on. */
	push(chunk: Buffer): void {
		this.bytes += chunk.length;
		this.gather(chunk);
		releaseBuffer(chunk);
		this.wakeReader?.();
	}

	/** Nothing comes after this. With an error, the reader gets that once it has read what is there. */
	end(error?: unknown): void {
		this.ended = true;
		this.error = error;
		this.cutPiece();
		this.space = NO_SPACE;
		this.wakeReader?.();
	}

	/** Bytes that wait for the reader. */
	get waiting(): number {
		return this.bytes;
	}

	/** @returns the next piece; undefined after the last one */
	async take(): Promise<Buffer | undefined> {
		while (this.bytes === 0 && !this.ended) {
			await new Promise<void>((resolve) => {
				this.wakeReader = resolve;
			});
		}
		if (this.pieces.length === 0) this.cutPiece();
		const piece = this.pieces.shift();
		if (piece === undefined) {
			if (this.error !== undefined) throw this.error;
			return undefined;
		}
		this.bytes -= piece.length;
		return piece;
	}

	private gather(chunk: Buffer): void {
		for (let copied = 0; copied < chunk.length; ) {
			if (this.gathered === this.space.length) {
				this.cutPiece();
				this.space = Buffer.allocUnsafeSlow(PIECE_BYTES);
			}
			const more = chunk.copy(this.space, this.gathered, copied);
			this.gathered += more;
			copied += more;
		}
	}

	/** Makes what is gathered a piece: a small one is copied, so that the space goes on to serve. */
	private cutPiece(): void {
		if (this.gathered === 0) return;
		const piece = this.space.subarray(0, this.gathered);
		if (piece.length <= PIECE_BYTES / 2) {
			this.pieces.push(Buffer.from(piece));
		} else {
			this.pieces.push(piece);
			this.space = NO_SPACE;
		}
		this.gathered = 0;
	}
}
