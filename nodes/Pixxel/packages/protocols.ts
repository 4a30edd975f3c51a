import type { IDataObject } from 'n8n-workflow';
import { isObject, unexpectedAnswer } from '../api/readAnswer';
import type { RetryPolicy } from '../api/retryPolicy';
import { Failure } from '../errors/Failure';
import type { ItemRun } from '../item/perItem';
import { readPathSegment } from '../item/parameters/ids';
import { usableUrl } from './packageAnswer';
import type { PackageSource } from './PackageSource';

type Protocol = Pick<PackageSource, 'request' | 'poll'>;

const send = async ({ pixxel, request }: ItemRun, policy: RetryPolicy) => await pixxel.call(request, policy);

/** The declared PUT, sent again and again: it changes nothing, and the API has no other way to ask how far a package is. */
export const repeatedPut: Protocol = { request: send, poll: send };

const IN_DOUBT = {
	unknownOutcome: 'The download may or may not have been requested',
	advice: 'Run the node again: Pixxel then gets another request for the same package, which costs nothing.',
};

/**
 * The declared POST, once, then `GET <its URL>/<id>`: each POST makes another download, which nobody asked for. Where the user names a download
 * that was requested before (`options.downloadId`), there is no POST.
 *
 * @param idField of the answer, which names the download
 * @param bodyOf what to ask for
 */
export function postThenGet(idField: string, bodyOf: (run: ItemRun) => IDataObject): Protocol {
	const get = async ({ pixxel, request }: ItemRun, id: string, policy: RetryPolicy) =>
		await pixxel.call({ ...request, method: 'GET', url: `${request.url}/${encodeURIComponent(id)}` }, policy);
	const knownId = ({ context }: ItemRun) => readPathSegment(context, 'options.downloadId', 'Download ID');
	return {
		async request(run, policy) {
			const known = knownId(run);
			if (known !== undefined) return await get(run, known, policy);
			const answer = await run.pixxel.call({ ...run.request, body: bodyOf(run) }, { ...policy, nonIdempotent: IN_DOUBT });
			// Not to be asked for again, whatever it is: it may have been requested.
			if (!isObject(answer)) throw new Failure(`${IN_DOUBT.unknownOutcome}: ${unexpectedAnswer(answer, "a package's status").message}`, IN_DOUBT.advice);
			if (usableUrl(answer) !== undefined) return answer;
			const id = idIn(answer, idField);
			if (answer.status) return answer;
			const state = await get(run, id, policy);
			// Whatever stands there for the moment, the ID must not be lost: without it, the next call would request another download.
			return { ...answer, status: 'unknown', ...(isObject(state) ? state : {}), [idField]: id };
		},
		poll: async (run, policy, first) => await get(run, knownId(run) ?? idIn(first, idField), policy),
	};
}

function idIn(answer: IDataObject, idField: string): string {
	const id = answer[idField];
	if (typeof id === 'string' && id.trim() !== '') return id;
	throw new Failure(`Pixxel's answer has no "${idField}", so the progress of this download cannot be polled`, IN_DOUBT.advice);
}
