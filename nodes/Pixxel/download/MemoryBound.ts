import type { IBinaryData } from 'n8n-workflow';

/** Unpacked bytes of the files that n8n is given at the same time, where it may read them into memory. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Where n8n keeps files on disk, it takes them as they come, and any number at the same time. Everywhere else it reads each into
 * memory first. Which of both it does shows in the first file that it has kept: until then, and there, files wait for each other.
 */
export class MemoryBound {
	private bytes = 0;
	private keepsOnDisk = false;
	private waiting: Array<() => void> = [];

	/** @param size of the file, in bytes. One that is larger than all there may be is kept alone */
	async keep(size: number, store: () => Promise<IBinaryData>): Promise<IBinaryData> {
		while (!this.keepsOnDisk && this.bytes > 0 && this.bytes + size > MOST_BYTES) {
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
		this.bytes += size;
		try {
			const file = await store();
			this.keepsOnDisk ||= file.id?.startsWith('filesystem') ?? false;
			return file;
		} finally {
			this.bytes -= size;
			const woken = this.waiting;
			this.waiting = [];
			for (const wake of woken) wake();
		}
	}
}
