import type { ByteRange } from './byteRange.mts';
import type { StorageFault } from '../types.mts';

interface Waiting {
	fault: StorageFault;
	left: number;
}

/** The absolute offset a GET must cover for the fault to be its own; undefined: any GET will do. */
function offsetOf(fault: StorageFault): number | undefined {
	if (fault.fromByte !== undefined) return fault.fromByte;
	if ('cutAt' in fault) return fault.cutAt;
	if ('stallAt' in fault) return fault.stallAt;
	if ('corruptAt' in fault) return fault.corruptAt;
	return undefined;
}

/** The faults waiting for the GETs of one package. */
export class FaultList {
	private waiting: Waiting[] = [];

	add(faults: StorageFault[]): void {
		this.waiting.push(...faults.map((fault) => ({ fault, left: fault.repeat ? Infinity : (fault.times ?? 1) })));
	}

	/** Takes the first fault that fits a GET of these bytes. */
	take(range: ByteRange): StorageFault | undefined {
		const index = this.waiting.findIndex(({ fault }) => {
			const offset = offsetOf(fault);
			return offset === undefined || (offset >= range.from && offset < range.end);
		});
		const next = this.waiting[index];
		if (next === undefined) return undefined;
		next.left -= 1;
		if (next.left <= 0) this.waiting.splice(index, 1);
		return next.fault;
	}
}
