import { Failure } from '../ground/failure';

/** Statuses by which S3, GCS, Azure and gateways refuse a signed URL whose time is over. */
const REFUSED = new Set([401, 403, 410]);
const EXPIRY = /expired|expiry/i;

/** @param explanation the start of the answer's body */
export function isRefusedUrl(status: number, explanation: string): boolean {
	return REFUSED.has(status) || (status === 400 && EXPIRY.test(explanation));
}

/** Statuses by which storage asks for fewer requests, or fewer at a time. */
export function asksToSlowDown(status: number): boolean {
	return status === 429 || status === 503;
}

/** Whether the same request may well succeed later. */
export function isPassing(status: number): boolean {
	return status === 408 || status === 429 || status >= 500;
}

/** The code in S3's, GCS' and Azure's XML bodies. Their longer texts may quote the signed request. */
export function named(status: number, explanation: string): string {
	const code = /<Code>([A-Za-z]{1,40})<\/Code>/.exec(explanation)?.[1];
	return code ? `${status} (${code})` : String(status);
}

export function refusal(status: number, explanation: string): Failure {
	return new Failure(
		`Storage does not hand out the package: it answered with ${named(status, explanation)}`,
		REFUSED.has(status) || status === 400
			? 'Fresh links were refused as well. Check the clock of this machine, and that no proxy adds to or changes requests.'
			: 'Run the node again. If this stays, have the package made anew in Aurora, or tell Pixxel.',
		status,
	);
}

/** @param code of the network error, where it has one */
export function unreachable(code: string | undefined): Failure {
	return new Failure(
		'The package could not be fetched: its storage cannot be reached from here',
		`See that this n8n may reach the internet, directly or through its proxy. (${code ?? 'no reason given'})`,
	);
}
