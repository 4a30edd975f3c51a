import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteRange } from './byteRange.mts';
import { readRange } from './byteRange.mts';
import { admits } from './admission.mts';
import { asHeaderBytes, contentDisposition } from './contentDisposition.mts';
import { digestHeaders } from './digests.mts';
import type { Content } from '../packages/packageContent.mts';
import type { Package } from '../packages/packages.mts';
import type { Sandbox } from '../sandbox.mts';
import { refuseStorage } from './storageErrors.mts';
import { answerFault, applyChange, isFor, sendBody, servedRange } from './storageFaults.mts';
import type { RecordedRequest } from '../types.mts';

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
	const wanted = ranged ? readRange(request.headers.range, content.size) : undefined;
	if (wanted === 'unsatisfiable') {
		const headers = { 'content-range': `bytes */${content.size}` };
		refuseStorage(response, 416, 'InvalidRange', 'The requested range is not satisfiable', {}, headers);
		return;
	}
	const range = wanted && servedRange(fault, wanted, content.size);
	const headers = await describe(pack, content, range);
	if (range !== undefined && fault !== undefined) {
		if ('noContentRange' in fault) delete headers['content-range'];
		if ('wrongContentRange' in fault) headers['content-range'] = `bytes ${range.from + 1}-${range.end}/${content.size}`;
	}
	response.writeHead(range === undefined ? 200 : 206, headers);
	await sendBody(sandbox, response, pack, content, range ?? { from: 0, end: content.size }, fault, record);
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
	const { latencyMs, line, connectionCap, redirect } = pack.settings;
	const overCap = connectionCap !== undefined && pack.connections > connectionCap;
	if (line !== undefined) await sandbox.traffic.roundTrips(request.socket, line.roundTripMs);
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
