import type { IDataObject } from 'n8n-workflow';
import { Failure } from '../failure';

/**
 * What Pixxel answers to a download request, for a task or a job. The fields beside these two (`id`,
 * `job_id`, `workflow_id`, or `workflowId` for jobs) are passed on as they are.
 */
export interface PackageAnswer extends IDataObject {
	/** A free string: the documentation says "e.g. pending, ready", sibling services say a dozen others. */
	status?: string;
	/** Where the package lies once it is ready: time-bound, and good for anyone who has it. */
	signed_url?: string;
}

const WHAT_TO_DO =
	'This is not how Pixxel documents its answers. Check "Base URL" in the credential: a gateway or proxy may have answered instead. If the address is right, tell Pixxel.';

function shapeOf(value: unknown): string {
	if (value === null || value === undefined || value === '') return 'nothing';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/**
 * Checks an answer against the documentation.
 *
 * @throws Failure where it is no object, says neither a status nor an address, or either is no text
 */
export function readPackageAnswer(body: unknown): PackageAnswer {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		throw new Failure(`Pixxel answered with ${shapeOf(body)} instead of a package's status`, WHAT_TO_DO);
	}
	const { status, signed_url: url } = body as Record<string, unknown>;
	for (const [name, value] of Object.entries({ status, signed_url: url })) {
		if (value !== undefined && value !== null && typeof value !== 'string') {
			throw new Failure(`Pixxel's answer has ${shapeOf(value)} for its "${name}"`, WHAT_TO_DO);
		}
	}
	if (!status && !url) throw new Failure("Pixxel's answer says no status", WHAT_TO_DO);
	return body as PackageAnswer;
}

/** Where to fetch the package: the one reliable sign that it is ready. Undefined while it is not. */
export function packageUrl({ signed_url: url }: PackageAnswer): string | undefined {
	return url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}

/** `partial_success` is none of these; a word nobody has seen yet means "not yet". */
const FAILED = /fail|error|cancel|abort|reject|denied|expired|invalid|terminated|killed|timed?.?out/i;

/** Whether a status word says that nothing more will come of it. */
export function isFailedStatus(status: string | undefined): boolean {
	return status !== undefined && FAILED.test(status);
}
