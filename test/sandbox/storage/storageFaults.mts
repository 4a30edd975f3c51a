import type { ServerResponse } from 'node:http';
import type { ByteRange } from './byteRange.mts';
import type { Content } from '../packages/packageContent.mts';
import type { Package } from '../packages/packages.mts';
import type { Sandbox } from '../sandbox.mts';
import type { RecordedRequest, StorageFault } from '../types.mts';
import { flushed, sendContent } from './sendContent.mts';
import { refuseExpired, refuseStorage } from './storageErrors.mts';

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

/** Faults that change the package or the URL before the request is looked at further. */
export function applyChange(sandbox: Sandbox, pack: Package, fault: StorageFault | undefined, rawQuery: string): void {
	if (fault === undefined) return;
	if ('replace' in fault) pack.replace('larger', Date.now());
	if ('replaceSameSize' in fault) pack.replace('sameSize', Date.now());
	if ('replaceSmaller' in fault) pack.replace('smaller', Date.now());
	if ('expire' in fault) sandbox.signer.withdraw(rawQuery);
}

/** Whole answers a fault gives in place of the package. True: answered. */
export function answerFault(response: ServerResponse, pack: Package, fault: StorageFault | undefined): boolean {
	if (fault === undefined) return false;
	if ('reset' in fault) {
		response.socket?.resetAndDestroy();
		return true;
	}
	if ('silent' in fault) return true;
	if ('expire' in fault) {
		refuseExpired(response, pack);
		return true;
	}
	if ('status' in fault) {
		const headers = { ...fault.headers };
		if (fault.retryAfter !== undefined) headers['retry-after'] = String(fault.retryAfter);
		if (fault.body === undefined) {
			refuseStorage(
				response,
				fault.status,
				fault.status === 503 ? 'SlowDown' : 'InternalError',
				'Please try again',
				{},
				headers,
			);
		} else {
			response.writeHead(fault.status, { 'content-type': 'application/xml', ...headers });
			response.end(fault.body);
		}
		return true;
	}
	return false;
}

/** The part that is sent where `asked` was wanted. */
export function servedRange(fault: StorageFault | undefined, asked: ByteRange, size: number): ByteRange {
	if (fault === undefined || !('otherBytes' in fault)) return asked;
	const { from, end } = asked;
	return end < size ? { from: from + 1, end: end + 1 } : { from: Math.max(0, from - 1), end: end - 1 };
}

/** Where a fault ends the body: bytes of it that still go out, at most all of them. */
function bodyLimit(fault: StorageFault | undefined, range: ByteRange): number {
	const whole = range.end - range.from;
	const within = (bytes: number) => Math.min(whole, Math.max(0, bytes));
	if (fault === undefined) return whole;
	if ('cutAfter' in fault) return within(fault.cutAfter);
	if ('cutAt' in fault) return within(fault.cutAt - range.from);
	if ('stallAfter' in fault) return within(fault.stallAfter);
	if ('stallAt' in fault) return within(fault.stallAt - range.from);
	if ('short' in fault) return within(whole - fault.short);
	return whole;
}

/** Sends a part of a package as the body, as far as a fault lets it. */
export async function sendBody(
	{ traffic }: Sandbox,
	response: ServerResponse,
	pack: Package,
	content: Content,
	range: ByteRange,
	fault: StorageFault | undefined,
	record: RecordedRequest,
): Promise<void> {
	const part = { from: range.from, end: range.from + bodyLimit(fault, range) };
	const { bytesPerSecond, line = bytesPerSecond === undefined ? undefined : { roundTripMs: 0, bytesPerSecond } } = pack.settings;
	const flow = line && response.socket ? traffic.begin(response.socket, line) : undefined;
	await sendContent(response, content, part, {
		flow,
		corruptAt: fault !== undefined && 'corruptAt' in fault ? fault.corruptAt : undefined,
		onSent: (bytes) => {
			record.bytesSent += bytes;
		},
	}).finally(() => flow && traffic.end(flow));
	if (fault === undefined) {
		response.end();
		return;
	}
	if ('stallAfter' in fault || 'stallAt' in fault) {
		await flushed(response);
	} else if ('cutAfter' in fault || 'cutAt' in fault) {
		await flushed(response);
		response.socket?.destroy();
	} else if ('short' in fault) {
		await flushed(response);
		response.socket?.end();
	} else {
		response.end();
	}
}
