import type { IBinaryData } from 'n8n-workflow';

/** Unpacked bytes of a package's files that n8n is given at the same time, where it may read them into memory. */
const MOST_BYTES = 128 * 1024 * 1024;

/** Whether n8n keeps files on disk, as the last one that it kept has shown: that is the same for all of a process. */
let keepsOnDisk = false;

/**
 * Where n8n keeps files on disk, it takes them as they come, and any number at the same time. Everywhere else it reads each into
 * memory first: there, and as long as it is not known, those who have files for n8n wait for each other.
 */
export class MemoryBound {
	private bytes = 0;
	private waiting: Array<() => void> = [];

	/** @param size bytes of the largest file that `work` has n8n keep, one after the other. Whoever has more than all there may be works alone */
	async hold(size: number, work: () => Promise<void>): Promise<void> {
		while (!keepsOnDisk && this.bytes > 0 && this.bytes + size > MOST_BYTES) {
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
		this.bytes += size;
		await work().finally(() => {
			this.bytes -= size;
			this.wake();
		});
	}

	/** Takes note of where n8n has kept a file. */
	noted(file: IBinaryData): IBinaryData {
		keepsOnDisk = file.id?.startsWith('filesystem') ?? false;
		if (keepsOnDisk) this.wake();
		return file;
	}

	private wake(): void {
		const woken = this.waiting;
		this.waiting = [];
		for (const wake of woken) wake();
	}
}
