import { type Exchange, send } from '../exchange.mts';
import type { Content } from '../packages/content.mts';
import type { Package } from '../packages/packages.mts';
import { Refusal } from '../refusal.mts';
import type { Sandbox } from '../sandbox.mts';
import type { StorageFault } from '../types.mts';
import type { ByteRange } from './headers.mts';
import { flushed, sendContent } from './sendContent.mts';

/** Whether a fault is for a GET of these bytes: one at an offset waits for the GET that covers it. */
export function isFor({ cutAt, stallAt, corruptAt }: StorageFault, { from, end }: ByteRange): boolean {
	const offset = cutAt ?? stallAt ?? corruptAt;
	return offset === undefined || (offset >= from && offset < end);
}

/** What a fault does before the package is looked at. True: that was all. */
export function giveFault({ signer }: Sandbox, exchange: Exchange, pack: Package, fault: StorageFault): boolean {
	if (fault.replace) pack.replace('larger');
	if (fault.replaceSameSize) pack.replace('sameSize');
	if (fault.replaceSmaller) pack.replace('smaller');
	if (fault.expire) signer.withdraw(exchange.rawQuery, pack.settings.expiredStatus);
	if (fault.reset) exchange.response.socket?.resetAndDestroy();
	if (fault.reset || fault.silent) return true;
	const { status, retryAfter, body } = fault;
	if (status === undefined) return false;
	const headers = { ...fault.headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
	if (body === undefined) throw new Refusal(status, status === 503 ? 'SlowDown' : 'InternalError', 'Please try again', {}, headers);
	send(exchange, status, 'application/xml', body, headers);
	return true;
}

/** The part that is sent where `asked` was wanted. */
export function servedRange({ otherBytes }: StorageFault, asked: ByteRange, size: number): ByteRange {
	if (!otherBytes) return asked;
	const { from, end } = asked;
	return end < size ? { from: from + 1, end: end + 1 } : { from: Math.max(0, from - 1), end: end - 1 };
}

/** Where a fault has the body end. */
function endOf({ cutAfter, cutAt, stallAt, short }: StorageFault, { from, end }: ByteRange): number {
	const wanted = cutAt ?? stallAt ?? (cutAfter === undefined ? end - (short ?? 0) : from + cutAfter);
	return Math.min(end, Math.max(from, wanted));
}

/** Sends a part of a package as the body, as far as a fault lets it. */
export async function sendBody(
	{ traffic }: Sandbox,
	{ response, record }: Exchange,
	{ settings }: Package,
	content: Content,
	range: ByteRange,
	fault: StorageFault,
): Promise<void> {
	const { bytesPerSecond, line = bytesPerSecond === undefined ? undefined : { roundTripMs: 0, bytesPerSecond } } = settings;
	const flow = line && response.socket ? traffic.begin(response.socket, line) : undefined;
	const part = { from: range.from, end: endOf(fault, range) };
	await sendContent(response, content, part, {
		flow,
		corruptAt: fault.corruptAt,
		onSent: (bytes) => (record.bytesSent += bytes),
	}).finally(() => flow && traffic.end(flow));
	const { cutAfter, cutAt, stallAt, short } = fault;
	if ((cutAfter ?? cutAt ?? stallAt ?? short) === undefined) return void response.end();
	await flushed(response);
	if (stallAt !== undefined) return;
	if (short === undefined) response.socket?.destroy();
	else response.socket?.end();
}
