import { Failure } from '../errors/Failure';
import { isTransientStatus } from '../retry/networkErrors';
import { redact } from '../errors/redact';

interface Meaning {
	happened: string;
	advice: string;
}

/** What a status means at Pixxel (its "Authentication & Security" page, its OpenAPI description, RFC 9110). */
const MEANINGS: Record<number, Meaning> = {
	400: {
		happened: 'Pixxel does not accept this request',
		advice: 'Check the IDs and the other fields of this node: one of them is not what Pixxel expects.',
	},
	401: {
		happened: 'Pixxel does not recognise this key',
		advice:
			'Open the Pixxel credential and copy the key again from Aurora. Choose "Bearer Token" under "Send As" if it is a personal access token, "API Key" if it comes from the API tab.',
	},
	403: {
		happened: 'Pixxel refuses this key',
		advice:
			'The key has expired, was revoked, or lacks the role or the project that this needs. Look it up in Aurora, or ask the administrator of the workspace.',
	},
	404: {
		happened: 'Pixxel does not know this',
		advice:
			'Check that the IDs belong together (the task to the job, the job to the workflow) and that the key may see their project. Pick them "From List", or use the "id" that Get Many gives, not a name.',
	},
	409: {
		happened: 'Pixxel is already working on this',
		advice: 'Wait a moment, then run the node again.',
	},
	429: {
		happened: 'Pixxel asks to slow down',
		advice:
			'Run the workflow less often, or with fewer items. For downloads, raise "Poll Interval" or lower "Max Concurrency" under Options.',
	},
};

const REDIRECTED: Meaning = {
	happened: 'The address in the credential points somewhere else',
	advice:
		'The API key is not sent along to another address. Open the Pixxel credential and correct "Base URL".',
};

const BROKEN: Meaning = {
	happened: 'Pixxel has trouble answering',
	advice: 'Nothing is wrong with your workflow. Run it again in a few minutes.',
};

function meaningOf(status: number): Meaning {
	if (status >= 300 && status < 400) return REDIRECTED;
	return MEANINGS[status] ?? (isTransientStatus(status) ? BROKEN : (MEANINGS[400] as Meaning));
}

/** Pixxel's own words: `{error: {code, message}}` everywhere but in project calls, whose errors are any object. */
function ownWords(body: unknown): string | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const { error, message: bare } = body as { error?: unknown; message?: unknown };
	const { message = bare, code } = (typeof error === 'object' && error !== null ? error : {}) as {
		message?: unknown;
		code?: unknown;
	};
	if (typeof message !== 'string' || message.trim() === '') return undefined;
	const known = (typeof code === 'string' || typeof code === 'number') && String(code) !== '';
	return known ? `${message.trim()} (${code})` : message.trim();
}

/**
 * Makes a {@link Failure} of an answer that is no success.
 *
 * @param apiKey removed from Pixxel's words, should they quote it
 */
export function explainRefusal(status: number, body: unknown, apiKey: string): Failure {
	const { happened, advice } = meaningOf(status);
	const words = ownWords(body);
	return new Failure(words ? redact(words, apiKey) : `${happened} (HTTP ${status})`, advice, status);
}
