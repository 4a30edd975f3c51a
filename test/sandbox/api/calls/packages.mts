import { notFound, Refusal } from '../../exchange.mts';
import { signedUrl } from '../../storage/storage.mts';
import { uuidOf } from '../../world/wellKnown.mts';
import type { PackageSettings } from '../../types.mts';
import type { Asked } from '../asked.mts';

/** How a kind of download says how far it is, unless a package's settings have other words. */
interface Words {
	/** What the answer to a POST says. */
	created: string;
	pending: string;
	ready: string;
}

/** In capitals, as in the description's example. */
export const assetWords: Words = { created: 'CREATED', pending: 'IN_PROGRESS', ready: 'SUCCESS' };
export const imageWords: Words = { created: 'created', pending: 'in_progress', ready: 'success' };
const putWords: Words = { created: 'pending', pending: 'pending', ready: 'ready' };

/** A download that a POST has asked for; its package is the same for all that ask for the same. */
export interface Download {
	id: string;
	/** The area it belongs to; undefined: the catalog. */
	areaId?: string;
	packageId: string;
	startedMs: number;
	/** The first link that was given for it. */
	url?: string;
}

/** Says that there is no package to be had. */
const without = ({ unreadyUrl = 'empty' }: PackageSettings, status: string) => ({ status, signed_url: { empty: '', null: null, absent: undefined }[unreadyUrl] });

/** How far a package is that was asked for at `startedMs`. */
function progressOf({ sandbox, nowMs }: Asked, packageId: string, startedMs: number, words: Words) {
	const { settings } = sandbox.packages.get(packageId);
	const { neverReady, readyAfterMs = 0, failStatus, pendingStatus = words.pending, readyStatus = words.ready } = settings;
	if (neverReady || nowMs - startedMs < readyAfterMs) return without(settings, pendingStatus);
	return failStatus === undefined ? { status: readyStatus, signed_url: signedUrl(sandbox, packageId) } : without(settings, failStatus);
}

/** Begins packaging if nobody has yet, and says how far it is: repeating the question changes nothing. */
export function requestPackage(asked: Asked, id: string) {
	const pack = asked.sandbox.packages.get(id);
	pack.puts += 1;
	pack.startedMs ??= asked.nowMs;
	return progressOf(asked, id, pack.startedMs, putWords);
}

/** How far a download is; `sameLink` has it give one link for ever. */
export function lookAt(asked: Asked, download: Download, words: Words) {
	const { packageId, startedMs } = download;
	const progress = progressOf(asked, packageId, startedMs, words);
	download.url ??= progress.signed_url || undefined;
	return progress.signed_url && asked.sandbox.packages.get(packageId).settings.sameLink ? { ...progress, signed_url: download.url } : progress;
}

/**
 * Makes a download for these packages, another one each time; of several, one package is made, by the name of all. The answer has no link
 * yet unless the settings say so.
 */
export function createDownload(asked: Asked, packageIds: string[], words: Words, areaId?: string) {
	const { sandbox, nowMs } = asked;
	const download: Download = { id: uuidOf(`download/${sandbox.downloads.size}`), areaId, packageId: packageIds.join('+'), startedMs: nowMs };
	sandbox.downloads.set(download.id, download);
	const { settings } = sandbox.packages.get(download.packageId);
	const progress = settings.readyAtOnce ? lookAt(asked, download, words) : without(settings, settings.pendingStatus ?? words.created);
	return { download, ...progress };
}

export function findDownload({ sandbox, ids }: Asked): Download {
	const { download_id: id = '', aoi_id: areaId } = ids;
	const download = sandbox.downloads.get(id);
	if (download === undefined || download.areaId !== areaId) throw notFound('download', id, areaId === undefined ? '' : ` in AOI ${areaId}`);
	return download;
}

export const notFinished = (what: string, id: string, status: string) =>
	new Refusal(400, 'not_finished', `${what} ${id} has no output to package: its status is ${status}`, { status });
