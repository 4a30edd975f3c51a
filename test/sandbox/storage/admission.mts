import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Package } from '../packages/packages.mts';
import type { Sandbox } from '../sandbox.mts';
import { refuseExpired, refuseStorage } from './storageErrors.mts';

/** Preconditions that this storage does not know: nobody may be served as if they held. */
const unknownConditions = ['if-range', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** Checks that come before anything is said about the package. False: refused already. */
export function admits(
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
