import type { IBinaryData } from 'n8n-workflow';
import { Cancelled } from '../errors/Failure';

/** Unpacked bytes of files that n8n is given at the same time, of all packages, where it may read them into memory. */
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * A file that is no larger goes to n8n in one piece: of thousands, that is three times as fast as streams. It waits for nobody: pictures
 * and statistics not for gigabytes.
 */
export const SMALL_FILE_BYTES = 1024 * 1024;

/** Somebody who has files for n8n. */
interface Need {
	/** Bytes of the largest one. */
	size: number;
	begin(): void;
}

/**
 * Where n8n keeps files on disk, it takes them as they come, and any number at the same time. Everywhere else it reads each into
 * memory first: there, and as long as it is not known, those who have files for n8n wait for each other, whatever run they belong to.
 */
export class BinaryMemoryLimit {
	/** As the last file that n8n kept has shown: that is the same for all of a process. */
	private keepsOnDisk = false;
	private readonly underWay = new Set<Need>();
	/** In the order in which they came, and begin: or else a large one would wait for as long as small ones come. */
	private readonly waiting = new Set<Need>();

	/**
	 * Waits until n8n may be given files, one after the other. Whoever has a larger one than all there may be works alone.
	 *
	 * @param size bytes of the largest one
	 * @param signal ends the waiting, and the work as far as others wait for it
	 * @returns what to call when n8n has them
	 * @throws Cancelled once the signal aborts
	 */
	async enter(size: number, signal: AbortSignal): Promise<() => void> {
		if (signal.aborted) throw new Cancelled();
		const need: Need = { size, begin() {} };
		const leave = () => {
			this.waiting.delete(need);
			this.underWay.delete(need);
			need.begin();
			this.beginNext();
		};
		if (size <= SMALL_FILE_BYTES) return leave;
		// One for each: Node warns of a leak where more than ten listen on the same.
		AbortSignal.any([signal]).addEventListener('abort', leave, { once: true });
		await new Promise<void>((resolve) => {
			need.begin = resolve;
			this.waiting.add(need);
			this.beginNext();
		});
		if (signal.aborted) throw new Cancelled();
		return leave;
	}

	/** Takes note of where n8n has kept a file. */
	recordStored(file: IBinaryData): IBinaryData {
		this.keepsOnDisk = file.id?.startsWith('filesystem') ?? false;
		this.beginNext();
		return file;
	}

	private beginNext(): void {
		for (const need of this.waiting) {
			const bytes = [...this.underWay].reduce((sum, { size }) => sum + size, need.size);
			if (!this.keepsOnDisk && this.underWay.size > 0 && bytes > MAX_BYTES) return;
			this.waiting.delete(need);
			this.underWay.add(need);
			need.begin();
		}
	}
}

/** The memory of this process. */
export const memory = new BinaryMemoryLimit();
