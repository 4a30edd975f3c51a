import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, Refusal, send } from '../exchange.mts';
import type { Package } from '../packages/packages.mts';
import type { Sandbox } from '../sandbox.mts';
import type { PackageSettings, StorageFault, StorageQuirks } from '../types.mts';
import { checkHeaders } from './admission.mts';
import { type ByteRange, describe, etagOf, readRange } from './headers.mts';
import { sendBody } from './sendBody.mts';

/** The storage key of a package, which is what gets signed; and where redirected requests arrive: only there, they are not again. */
const address = /^\/storage(-redirected)?\/(packages\/([^/]+)\.zip)$/;

const longestGateMs = 10_000;

/** Of what nobody has asked for. */
const partBytes = 100_000;

/** A signed URL of a package. */
export function signedUrl({ origin, signer }: Sandbox, id: string): string {
	const key = `packages/${id}.zip`;
	return `${origin}/storage/${key}?${signer.query(key)}`;
}

/** Whether a fault is for a GET of these bytes: one at an offset waits for the GET that covers it. */
function isFor({ cutAt, stallAt, corruptAt }: StorageFault, { from, end }: ByteRange): boolean {
	const offset = cutAt ?? stallAt ?? corruptAt;
	return offset === undefined || (offset >= from && offset < end);
}

/** What a fault does before the package is looked at. True: that was all. */
function giveFault({ signer }: Sandbox, exchange: Exchange, pack: Package, fault: StorageFault): boolean {
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

/** The part that is sent where `asked` was wanted; undefined: the whole. */
function servedRange({ otherBytes }: StorageFault, { partUnasked, shortParts }: StorageQuirks, asked: ByteRange | undefined, size: number): ByteRange | undefined {
	if (asked === undefined) return partUnasked === undefined ? undefined : { from: partUnasked, end: Math.min(size, partUnasked + partBytes) };
	const { from, end } = asked;
	if (shortParts && end - from > 1) return { from, end: end - 1 };
	if (!otherBytes) return asked;
	return end < size ? { from: from + 1, end: end + 1 } : { from: Math.max(0, from - 1), end: end - 1 };
}

/** The part that a request asks for, as storage with such quirks understands it. */
function askedRange({ ranges, quirks = {} }: PackageSettings, { range }: IncomingHttpHeaders, size: number): ByteRange | undefined {
	const { suffixRange } = quirks;
	if (ranges === false) return undefined;
	if (suffixRange === undefined || !/^bytes=-/.test(range ?? '')) return readRange(range, size);
	if (suffixRange === 200) return undefined;
	throw new Refusal(suffixRange, 'NotImplemented', 'This range is not supported.');
}

async function sendPackage(sandbox: Sandbox, exchange: Exchange, pack: Package): Promise<void> {
	const { request, response } = exchange;
	const { quirks = {} } = pack.settings;
	const rangeOf = (size: number) => askedRange(pack.settings, request.headers, size);
	const { size } = await pack.content();
	const asked = rangeOf(size) ?? { from: 0, end: size };
	const fault = pack.faults.take((each) => isFor(each, asked)) ?? {};
	if (giveFault(sandbox, exchange, pack, fault)) return;

	const content = await pack.content();
	const ifMatch = request.headers['if-match'];
	// A weak tag matches nothing.
	if (ifMatch !== undefined && (quirks.foreignEtag || ifMatch !== etagOf(pack, content) || ifMatch.startsWith('W/'))) {
		throw new Refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
	}
	const wanted = fault.ignoreRange ? undefined : rangeOf(content.size);
	if (wanted !== undefined && wanted.from === wanted.end) {
		throw new Refusal(416, 'InvalidRange', 'The requested range is not satisfiable', {}, { 'content-range': `bytes */${content.size}` });
	}
	const range = servedRange(fault, quirks, wanted, content.size);
	response.writeHead(range === undefined ? 200 : (quirks.partStatus ?? 206), await describe(pack, content, range, fault));
	await sendBody(sandbox, exchange, pack, content, range ?? { from: 0, end: content.size }, fault);
}

function refuseOverCap({ response }: Exchange, overCap: 503 | 429 | 403 | 'reset'): void {
	if (overCap === 'reset') return void response.socket?.resetAndDestroy();
	throw overCap === 403 ? new Refusal(403, 'AccessDenied', 'Access Denied') : new Refusal(overCap, 'SlowDown', 'Please reduce your request rate.');
}

/**
 * Answers a request for a signed URL the way object storage does: no key but the signature, ranges, validators, and whatever
 * faults a test has asked for.
 */
export async function answerStorage(sandbox: Sandbox, exchange: Exchange): Promise<void> {
	const { request, response, rawQuery, record } = exchange;
	const [, isRedirected, key, id] = address.exec(record.path) ?? [];
	if (key === undefined || id === undefined) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
	if (record.method !== 'GET') throw new Refusal(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
	const pack = sandbox.packages.get(id);
	const { latencyMs, line, connectionCap = Infinity, overCap = 503, answersTogether, redirect, expiredStatus } = pack.settings;
	const isOverCap = sandbox.recorder.inFlight('storage') > connectionCap;
	if (line !== undefined) await sandbox.traffic.roundTrips(request.socket, line.roundTripMs);
	if (latencyMs !== undefined) await sleep(latencyMs);
	if (answersTogether !== undefined) await sandbox.recorder.storageRequests(answersTogether, longestGateMs);
	if (response.destroyed) return;
	checkHeaders(request.headers);
	sandbox.signer.check(key, rawQuery, expiredStatus);
	if (redirect !== undefined && !isRedirected) {
		const origin = redirect === 'port' ? sandbox.secondOrigin : '';
		response.writeHead(302, { location: `${origin}/storage-redirected/${key}?${rawQuery}`, 'content-length': 0 }).end();
	} else if (isOverCap) {
		refuseOverCap(exchange, overCap);
	} else {
		await sendPackage(sandbox, exchange, pack);
	}
}
