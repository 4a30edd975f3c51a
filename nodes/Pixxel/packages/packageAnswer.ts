import type { IDataObject } from 'n8n-workflow';
import { NOT_AS_DOCUMENTED, objectIn, describeType } from '../api/readAnswer';
import { Failure } from '../errors/Failure';

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

/**
 * Checks an answer against the documentation.
 *
 * @throws Failure where it is no object, says neither a status nor an address, or either is no text
 */
export function readPackageAnswer(body: unknown): PackageAnswer {
	const answer = objectIn(body, "a package's status");
	const { status, signed_url: url } = answer;
	for (const [name, value] of Object.entries({ status, signed_url: url })) {
		if (value !== undefined && value !== null && typeof value !== 'string') {
			throw new Failure(`Pixxel's answer has ${describeType(value)} for its "${name}"`, NOT_AS_DOCUMENTED);
		}
	}
	if (!status && !url) throw new Failure("Pixxel's answer says no status", NOT_AS_DOCUMENTED);
	return answer as PackageAnswer;
}

/** Where to fetch the package: the one reliable sign that it is ready. Undefined while it is not. */
export function usableUrl({ signed_url: url }: PackageAnswer): string | undefined {
	return url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}
