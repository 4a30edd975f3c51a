import type { Use } from '../control/uses.mts';
import type { PackageKind } from './kinds.mts';

/**
 * Digests a storage answer can announce. On a partial answer (206) all of them describe the whole package, so `content-md5`
 * (which would describe the part) is sent as `x-ms-blob-content-md5` there, as Azure does.
 */
export type AnnouncedDigest =
	| 'x-goog-hash:md5'
	| 'x-goog-hash:crc32c'
	| 'content-md5'
	| 'x-amz-checksum-sha256'
	| 'x-amz-checksum-sha1'
	| 'x-amz-checksum-crc32c';

/** A file of a made-up archive. */
export interface ArchiveFile {
	/** With a slash at its end, a folder. */
	path: string;
	/** Bytes, unpacked. */
	size: number;
	/** Default `deflated`. */
	method?: 'stored' | 'deflated';
	/** So many files of this kind; `{n}` in the path is the number of each, from 1 on. */
	count?: number;
}

/** A ZIP archive that is made up as it is read: its files are stored nowhere, however large they are. */
export interface ArchiveSettings {
	files: ArchiveFile[];
	/** What stands at its end. */
	comment?: string;
}

/**
 * A line between the client and storage, as the internet has them, TLS included though the sandbox speaks plain HTTP:
 *
 * - A fresh connection's first answer begins three round trips after the client's first packet: TCP's handshake, that of TLS 1.3,
 *   and the request itself. An answer on a connection that is used again begins after one.
 * - A fresh connection carries 14,600 bytes of bodies in its first round trip, and twice as many in each one that follows, until it
 *   carries rate × round trip: from there on the rate holds. A connection that is used again goes on where it stood.
 * - What is sent is spread evenly over each round trip.
 * - A client that does not read holds up its connection, and the time is lost.
 *
 * No packet is lost on it, so windows only grow.
 */
export interface Line {
	roundTripMs: number;
	/** The most that one connection carries. */
	bytesPerSecond: number;
	/**
	 * The most that all connections together carry, each as much as any other that could take as much. That is the user's own line, so
	 * everything shares it that comes from lines with this same limit, whatever the package.
	 */
	sharedBytesPerSecond?: number;
}

/** Ways of storage, or of what stands in front of it, that no document has. */
export interface StorageQuirks {
	/** How a range that counts from the end is answered: with this status; 200 is the whole package. */
	suffixRange?: 200 | 400 | 403 | 405 | 501;
	/** The ETag is another one's, who stands in front: storage knows none of that name, so that If-Match never holds. */
	foreignEtag?: boolean;
	/** The first bytes of the part (206) that a GET without Range is answered with, 100 kB of them. */
	partUnasked?: number;
	/** Parts are answered with this status, and their Content-Range. */
	partStatus?: 200;
	/** Parts end a byte before what was asked for, as their Content-Range says. */
	shortParts?: boolean;
}

/** How one package is made and served. Everything has a default; null brings the default back. */
export interface PackageSettings {
	/** Time from the first PUT, or the POST, until the package is ready. */
	readyAfterMs?: number;
	/** The answer to a POST may have the URL already. Default false: only a GET has. */
	readyAtOnce?: boolean;
	/** Each GET of a download gives the same URL, even when that has expired. Default false. */
	sameLink?: boolean;
	/** How the files of the real ZIP are laid out. Default: `scene` for tasks and jobs, `outputs` for insights, `images` for assets and images. */
	layout?: Exclude<PackageKind['layout'], 'images'>;
	/** Bytes. Replaces the real ZIP by made-up bytes of any length. */
	size?: number;
	/** Replaces it by a made-up ZIP of any size. */
	archive?: ArchiveSettings;
	/** Replaces it by files that a test has made: their paths. Each replacement of the package serves the next; the last stays. */
	versions?: string[];
	/** Default `pending`; of assets `CREATED` and `IN_PROGRESS`, of images the same in small letters. */
	pendingStatus?: string;
	/** Default `ready`; of assets `SUCCESS`, of images `success`. */
	readyStatus?: string;
	neverReady?: boolean;
	/** Packaging ends with this status and without a URL once `readyAfterMs` has passed. */
	failStatus?: string;
	/** What `signed_url` is until the package is ready. Default `empty` (""). */
	unreadyUrl?: 'empty' | 'absent' | 'null';
	/** The name announced in Content-Disposition, in both forms. */
	fileName?: string;
	/** The raw header; the empty string leaves the header out. */
	contentDisposition?: string;
	/** Default `application/zip`; the empty string leaves the header out. */
	contentType?: string;
	/** Default `strong`. */
	etag?: 'strong' | 'weak' | 'none';
	/** Default true. */
	lastModified?: boolean;
	/** Default true; false ignores Range and announces no Accept-Ranges. */
	ranges?: boolean;
	/** Default true; false answers chunked, without Content-Length. */
	announceLength?: boolean;
	digests?: AnnouncedDigest[];
	/** Announce them wrongly. */
	wrongDigest?: boolean;
	/** Default 403. */
	expiredStatus?: number;
	/** Wait before each storage answer: storage that thinks, however near it is. */
	latencyMs?: number;
	/** For each connection, evenly spread: a line without length. */
	bytesPerSecond?: number;
	/** How far away storage is, and how much comes from there. Wins over `bytesPerSecond`. */
	line?: Line;
	/** Answer 302 first: `path` to another path, `port` to another port (another origin). */
	redirect?: 'path' | 'port';
	/** More requests than this at the same time are refused: by `overCap`. */
	connectionCap?: number;
	/** Default 503 SlowDown; 403 as object stores' fronts have it, without a word on why. */
	overCap?: 503 | 429 | 403 | 'reset';
	quirks?: StorageQuirks;
	/** No answer begins before so many requests wait for one at the same time; after ten seconds it does all the same. */
	answersTogether?: number;
}

/** A change of settings; null brings a default back. */
export type PackageSettingsChange = { [Name in keyof PackageSettings]?: PackageSettings[Name] | null };

/**
 * What storage does to one GET: each takes the first fault of the list that fits it. `cutAt`, `stallAt` and `corruptAt` are absolute
 * offsets of the package, and wait for the first GET that covers them.
 */
export interface StorageFault extends Use {
	/** No fault: lets one GET through. */
	pass?: true;
	/** Closes the connection after this many body bytes. */
	cutAfter?: number;
	cutAt?: number;
	/** Sends nothing from there on; the connection stays open. */
	stallAt?: number;
	/** Flips this byte on its way. */
	corruptAt?: number;
	/** A refusal, in S3's words unless it has a `body`. */
	status?: number;
	retryAfter?: number;
	body?: string;
	headers?: Record<string, string>;
	/** Resets the connection before a byte is sent. */
	reset?: true;
	/** Never answers; the connection stays open. */
	silent?: true;
	/** This URL is expired from now on; newly signed ones work. */
	expire?: true;
	/** From this request on the package is another one: content, ETag and size changed. */
	replace?: true;
	/** The same, but the size stays. */
	replaceSameSize?: true;
	/** The same, but the size shrinks to a hundredth: what a resume asks for is not there. */
	replaceSmaller?: true;
	/** 206 with other bytes than those asked for, one further on or back, as its Content-Range says. */
	otherBytes?: true;
	/** 206 with the right bytes, whose Content-Range is one off. */
	wrongContentRange?: true;
	/** 206 without Content-Range. */
	noContentRange?: true;
	/** 200 with the whole package, whatever Range says. */
	ignoreRange?: true;
	/** Announces the whole length, sends this many bytes fewer and ends the connection in good order. */
	short?: number;
}
