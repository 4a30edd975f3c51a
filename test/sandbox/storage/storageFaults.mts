import type { ByteRange } from './byteRange.mts';
import type { StorageFault } from '../types.mts';

/** The absolute offset a GET must cover for the fault to be its own; undefined: any GET will do. */
function offsetOf(fault: StorageFault): number | undefined {
	if (fault.fromByte !== undefined) return fault.fromByte;
	if ('cutAt' in fault) return fault.cutAt;
	if ('stallAt' in fault) return fault.stallAt;
	if ('corruptAt' in fault) return fault.corruptAt;
	return undefined;
}

/** Whether a fault is for a GET of these bytes. */
export function isFor(fault: StorageFault, { from, end }: ByteRange): boolean {
	const offset = offsetOf(fault);
	return offset === undefined || (offset >= from && offset < end);
}
