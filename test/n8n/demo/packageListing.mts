import { Unzip, UnzipInflate } from 'fflate';

/** A file in a package. */
interface Listed {
	path: string;
	/** Bytes, unpacked. */
	size: number;
}

/** Notes what is in a ZIP while its bytes pass by; none of them is kept. In what is no ZIP, nothing is found. */
export class PackageListing {
	readonly files: Listed[] = [];
	private readonly unzip = new Unzip();
	private readable = true;

	constructor() {
		this.unzip.register(UnzipInflate);
		this.unzip.onfile = (file) => {
			const listed: Listed = { path: file.name, size: 0 };
			if (!file.name.endsWith('/')) this.files.push(listed);
			file.ondata = (cause, piece) => {
				if (cause) this.readable = false;
				else listed.size += piece.length;
			};
			file.start();
		};
	}

	/** The same bytes, seen. */
	async *watch(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
		for await (const chunk of bytes) {
			this.see(chunk);
			yield chunk;
		}
		this.see(new Uint8Array(), true);
	}

	/** As lines: each file's path and size. Empty where not all of it could be read. */
	get lines(): string[] {
		if (!this.readable) return [];
		const sizes = this.files.map(({ size }) => `${size.toLocaleString('en-US')} bytes`);
		const width = Math.max(0, ...this.files.map(({ path }) => path.length));
		const sizeWidth = Math.max(0, ...sizes.map((size) => size.length));
		return this.files.map(({ path }, index) => `${path.padEnd(width)}  ${sizes[index]?.padStart(sizeWidth)}`);
	}

	private see(chunk: Uint8Array, isLast = false): void {
		if (!this.readable) return;
		try {
			this.unzip.push(chunk, isLast);
		} catch {
			this.readable = false;
		}
	}
}
