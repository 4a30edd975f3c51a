import { forbidden, Refusal } from './refusal.mts';
import { keys, projectId, projectSlugs } from '../world/wellKnown.mts';

/** Says whether a project is open to the holder of a key. */
export type Access = (projectId: string) => boolean;

const unauthorized = (message: string) => new Refusal(401, 'unauthorized', message);

/**
 * Reads the Authorization header in both documented forms, `<key>` and `Bearer <token>`.
 * Throws a Refusal: 401 when the token's format is invalid or it is not recognised, 403 when it is missing, expired or revoked.
 */
export function authenticate(authorization: string | undefined): Access {
	if (authorization === undefined || authorization.trim() === '') throw forbidden('Authorization token is missing');
	const token = authorization.replace(/^bearer +/i, '');
	if (/\s/.test(token) || /^bearer$/i.test(token)) throw unauthorized('Authorization token has an invalid format');
	switch (token) {
		case keys.valid:
			return () => true;
		case keys.miningOnly:
			return (id) => id === projectId(projectSlugs.first);
		case keys.expired:
			throw forbidden('Authorization token has expired');
		case keys.revoked:
			throw forbidden('Authorization token has been revoked');
		default:
			throw unauthorized('Authorization token is not recognised');
	}
}
