import { now } from '../clock.mts';
import { type Exchange, Refusal } from '../exchange.mts';
import type { Choice } from '../openapi/description.mts';
import { type Answer, describedAnswer, flawOfAnswer } from '../openapi/validate.mts';
import type { Sandbox } from '../sandbox.mts';
import { authenticate, checkBody, checkQuery, findCall } from './checkRequest.mts';
import type { DocumentedCall } from './documentedCalls.mts';

/** A whole answer of what a call has answered with: as its first described status, unless it is whole already. */
function wholeAnswer({ answers }: DocumentedCall, given: unknown): Answer {
	const [[status, { type }] = ['200', { type: 'application/json' }]] = Object.entries(answers);
	const isWhole = typeof given === 'object' && given !== null && 'content' in given;
	if (isWhole) return given as Answer;
	return { status: Number(status), type, content: Buffer.isBuffer(given) ? given : JSON.stringify(given) };
}

/** Whether a test has chosen this, as the API's behaviour or for a package. */
const isChosen = ({ behaviour, packages }: Sandbox, { setting, value }: Choice) =>
	[behaviour, ...packages.chosen].some((chosen) => {
		const found = (chosen as Record<string, unknown>)[setting];
		return found !== undefined && (value === undefined || found === value);
	});

/**
 * Answers a request to the documented API. Refuses whatever the documentation does not know, so that a caller's slip is seen here and not
 * at Pixxel; and answers 500, and remembers it, rather than say what Pixxel would not.
 */
export async function answerApi(sandbox: Sandbox, { request, rawQuery, record: { method, path, body } }: Exchange): Promise<Answer & Pick<Refusal, 'headers'>> {
	let call: DocumentedCall | undefined;
	let answer: Answer;
	let headers = {};
	try {
		const found = findCall(method, path);
		({ call } = found);
		const access = call.isOpen ? () => true : authenticate(request.headers.authorization);
		const query = checkQuery(call, rawQuery);
		const asked = { sandbox, access, ids: found.ids, query, body: checkBody(call, body, request.headers['content-type']), nowMs: now() };
		answer = wholeAnswer(call, await call.answer(asked));
	} catch (cause) {
		if (!(cause instanceof Refusal)) throw cause;
		const { type = 'application/json' } = (call && describedAnswer(call, cause.status)) ?? {};
		answer = { status: cause.status, type, content: cause.json };
		({ headers } = cause);
	}
	const flaw = call && flawOfAnswer(call, answer, (choice) => isChosen(sandbox, choice));
	if (flaw === undefined) return { ...answer, headers };
	const violation = `${call?.name}: Pixxel's description does not know this answer: ${flaw}`;
	sandbox.violations.push(violation);
	return { status: 500, type: 'application/json', content: new Refusal(500, 'sandbox', violation).json, headers };
}
