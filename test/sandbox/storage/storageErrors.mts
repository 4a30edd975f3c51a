import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Package } from '../packages/packages.mts';

const escape = (text: string) => text.replace(/[<>&"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/**
 * Refuses a storage request the way S3 does: XML that names the reason. `extra` adds elements; S3 puts the signature it was
 * given into some of them, so what comes out of here is not fit for showing to people.
 */
export function refuseStorage(
	response: ServerResponse,
	status: number,
	code: string,
	message: string,
	extra: Record<string, string> = {},
	headers: Record<string, string> = {},
): void {
	const elements = Object.entries({ Code: code, Message: message, ...extra, RequestId: randomUUID() })
		.map(([name, value]) => `<${name}>${escape(value)}</${name}>`)
		.join('');
	const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements}</Error>`;
	response.writeHead(status, {
		'content-type': 'application/xml',
		'content-length': Buffer.byteLength(body),
		...headers,
	});
	response.end(body);
}

export function refuseExpired(response: ServerResponse, pack: Package): void {
	refuseStorage(response, pack.settings.expiredStatus ?? 403, 'AccessDenied', 'Request has expired');
}
