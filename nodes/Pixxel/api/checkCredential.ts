import { Failure } from '../errors/Failure';

/** @throws Failure where the credential's Base URL is none */
export function checkedBaseUrl(value: unknown): string {
	// The documentation's addresses go on with /v0, and so do the node's.
	const text = typeof value === 'string' ? value.trim().replace(/(\/v0)?\/*$/, '') : '';
	const { protocol = '', username, password, search, hash } = URL.canParse(text) ? new URL(text) : ({} as Partial<URL>);
	if (!/^https?:$/.test(protocol) || username || password || search || hash) {
		throw new Failure(
			'"Base URL" in the Pixxel credential is not a plain web address',
			'Open the credential and set it to https://api.pixxel.space, or to the https address of your own gateway, without a user name and without "?" or "#".',
		);
	}
	return text;
}

/** @throws Failure where the credential's key cannot be sent */
export function checkedKey(value: unknown): string {
	const key = typeof value === 'string' ? value.trim() : '';
	// What an HTTP header can carry. A line break inside the key would end in a riddle of Node's otherwise.
	if (!/^[\x20-\x7e]+$/.test(key)) {
		throw new Failure(
			key === ''
				? 'The Pixxel credential has no API key'
				: 'The API key in the Pixxel credential contains characters that cannot be part of a key',
			'Open the credential and paste the key again, in one piece, as Aurora shows it.',
		);
	}
	return key;
}
