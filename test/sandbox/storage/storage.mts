import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteRange } from './byteRange.mts';
import { readRange } from './byteRange.mts';
import { asHeaderBytes, contentDisposition } from './contentDisposition.mts';
import { digestHeaders } from './digests.mts';
import type { Content } from '../packages/packageContent.mts';
import type { Package } from '../packages/packages.mts';
import type { Sandbox } from '../sandbox.mts';
import { flushed, sendContent } from './sendContent.mts';
import { refuseStorage } from './storageErrors.mts';
import { isFor } from './storageFaults.mts';
import type { RecordedRequest, StorageFault } from '../types.mts';

const defaultUrlTtlMs = 15 * 60_000;
const directPrefix = '/storage/';
/** Where redirected requests arrive; only here are they not redirected again. */
const redirectedPrefix = '/storage-redirected/';

/** The storage key of a package, which is what gets signed. */
const storageKey = (id: string) => `packages/${id}.zip`;

/** The path and signed query of a package. */
export function signedPath(sandbox: Sandbox, id: string, ttlMs = defaultUrlTtlMs): string {
	const key = storageKey(id);
	return `${directPrefix}${key}?${sandbox.signer.query(key, ttlMs)}`;
}

/** The validator a package announces; undefined when it announces none. */
export function etagOf(pack: Package, content: Content): string | undefined {
	switch (pack.settings.etag ?? 'strong') {
		case 'strong':
			return `"${content.version}"`;
		case 'weak':
			return `W/"${content.version}"`;
		case 'none':
			return undefined;
	}
}

function refuseExpired(response: ServerResponse, pack: Package): void {
	refuseStorage(response, pack.settings.expiredStatus ?? 403, 'AccessDenied', 'Request has expired');
}

/** Preconditions that this storage does not know: nobody may be served as if they held. */
const unknownConditions = ['if-range', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** Checks that come before anything is said about the package. False: refused already. */
function admits(
	sandbox: Sandbox,
	request: IncomingMessage,
	response: ServerResponse,
	pack: Package,
	key: string,
	rawQuery: string,
) {
	if (request.headers.authorization !== undefined) {
		const message =
			'Only one auth mechanism allowed; only the signed query string or the Authorization header should be specified';
		refuseStorage(response, 400, 'InvalidArgument', message, { ArgumentName: 'Authorization' });
		return false;
	}
	const unknown = unknownConditions.find((name) => request.headers[name] !== undefined);
	if (unknown !== undefined) {
		refuseStorage(response, 501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: unknown });
		return false;
	}
	const provided = new URLSearchParams(rawQuery).get('X-Sandbox-Signature') ?? '';
	switch (sandbox.signer.check(key, rawQuery)) {
		case 'missing':
			refuseStorage(response, 403, 'AccessDenied', 'Access Denied');
			return false;
		case 'wrong':
			refuseStorage(
				response,
				403,
				'SignatureDoesNotMatch',
				'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
				{ SignatureProvided: provided },
			);
			return false;
		case 'expired':
			refuseExpired(response, pack);
			return false;
		case 'good':
	}
	return true;
}

/** The headers that describe the package and this part of it. */
async function describe(pack: Package, content: Content, range: ByteRange | undefined) {
	const { settings } = pack;
	const headers: Record<string, string> = { server: 'sandbox-storage' };
	const type = settings.contentType ?? 'application/zip';
	if (type !== '') headers['content-type'] = asHeaderBytes(type);
	const disposition = settings.contentDisposition ?? contentDisposition(pack.fileName);
	if (disposition !== '') headers['content-disposition'] = asHeaderBytes(disposition);
	const etag = etagOf(pack, content);
	if (etag !== undefined) headers.etag = etag;
	if (settings.lastModified !== false) headers['last-modified'] = pack.lastModified.toUTCString();
	if (settings.ranges !== false) headers['accept-ranges'] = 'bytes';
	if (settings.announceLength !== false) {
		headers['content-length'] = String(range === undefined ? content.size : range.end - range.from);
	}
	if (range !== undefined) headers['content-range'] = `bytes ${range.from}-${range.end - 1}/${content.size}`;
	if (settings.digests !== undefined) {
		Object.assign(headers, await digestHeaders(content, settings.digests, range !== undefined, settings.wrongDigest ?? false));
	}
	return headers;
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

async function sendBody(
	response: ServerResponse,
	pack: Package,
	content: Content,
	range: ByteRange,
	fault: StorageFault | undefined,
	record: RecordedRequest,
): Promise<void> {
	const part = { from: range.from, end: range.from + bodyLimit(fault, range) };
	await sendContent(response, content, part, {
		bytesPerSecond: pack.settings.bytesPerSecond,
		corruptAt: fault !== undefined && 'corruptAt' in fault ? fault.corruptAt : undefined,
		onSent: (bytes) => {
			record.bytesSent += bytes;
		},
	});
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

/** Faults that change the package or the URL before the request is looked at further. */
function applyChange(sandbox: Sandbox, pack: Package, fault: StorageFault | undefined, rawQuery: string): void {
	if (fault === undefined) return;
	if ('replace' in fault) pack.replace(false, Date.now());
	if ('replaceSameSize' in fault) pack.replace(true, Date.now());
	if ('expire' in fault) sandbox.signer.withdraw(rawQuery);
}

/** Whole answers a fault gives in place of the package. True: answered. */
function answerFault(response: ServerResponse, pack: Package, fault: StorageFault | undefined): boolean {
	if (fault === undefined) return false;
	if ('reset' in fault) {
		response.socket?.resetAndDestroy();
		return true;
	}
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

async function answer(
	sandbox: Sandbox,
	request: IncomingMessage,
	response: ServerResponse,
	pack: Package,
	rawQuery: string,
	record: RecordedRequest,
): Promise<void> {
	const { settings } = pack;
	const before = await pack.content();
	const asked = settings.ranges === false ? undefined : readRange(request.headers.range, before.size);
	const covered = asked === undefined || asked === 'unsatisfiable' ? { from: 0, end: before.size } : asked;
	const fault = pack.faults.take((each) => isFor(each, covered));
	applyChange(sandbox, pack, fault, rawQuery);
	if (answerFault(response, pack, fault)) return;

	const content = await pack.content();
	const ifMatch = request.headers['if-match'];
	// A weak tag matches nothing.
	if (ifMatch !== undefined && (ifMatch !== etagOf(pack, content) || ifMatch.startsWith('W/'))) {
		refuseStorage(response, 412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
		return;
	}
	const ranged = settings.ranges !== false && !(fault !== undefined && 'ignoreRange' in fault);
	const range = ranged ? readRange(request.headers.range, content.size) : undefined;
	if (range === 'unsatisfiable') {
		const headers = { 'content-range': `bytes */${content.size}` };
		refuseStorage(response, 416, 'InvalidRange', 'The requested range is not satisfiable', {}, headers);
		return;
	}
	const headers = await describe(pack, content, range);
	if (range !== undefined && fault !== undefined) {
		if ('noContentRange' in fault) delete headers['content-range'];
		if ('wrongContentRange' in fault) headers['content-range'] = `bytes ${range.from + 1}-${range.end}/${content.size}`;
	}
	response.writeHead(range === undefined ? 200 : 206, headers);
	await sendBody(response, pack, content, range ?? { from: 0, end: content.size }, fault, record);
}

/**
 * Answers a request for a signed URL the way object storage does: no key but the signature, ranges, validators, and whatever
 * faults a test has asked for.
 */
export async function handleStorage(
	sandbox: Sandbox,
	request: IncomingMessage,
	response: ServerResponse,
	path: string,
	rawQuery: string,
	record: RecordedRequest,
): Promise<void> {
	const redirected = path.startsWith(redirectedPrefix);
	const key = path.slice((redirected ? redirectedPrefix : directPrefix).length);
	const id = /^packages\/([^/]+)\.zip$/.exec(key)?.[1];
	if (id === undefined) {
		refuseStorage(response, 404, 'NoSuchKey', 'The specified key does not exist.');
		return;
	}
	if (request.method !== 'GET') {
		refuseStorage(response, 405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
		return;
	}
	if (response.destroyed) return;
	const pack = sandbox.packages.get(id);
	pack.connections += 1;
	response.once('close', () => {
		pack.connections -= 1;
	});
	const { latencyMs, connectionCap, redirect } = pack.settings;
	const overCap = connectionCap !== undefined && pack.connections > connectionCap;
	if (latencyMs !== undefined) await sleep(latencyMs);
	if (response.destroyed || !admits(sandbox, request, response, pack, key, rawQuery)) return;
	if (redirect !== undefined && !redirected) {
		const origin = redirect === 'port' ? await sandbox.secondOrigin() : '';
		response
			.writeHead(302, { location: `${origin}${redirectedPrefix}${key}?${rawQuery}`, 'content-length': '0' })
			.end();
		return;
	}
	if (overCap) {
		refuseStorage(response, 503, 'SlowDown', 'Please reduce your request rate.');
		return;
	}
	await answer(sandbox, request, response, pack, rawQuery, record);
}
