/**
 * What went wrong, in words for a person: `message` says what happened, `advice` what to do next.
 * Code that talks HTTP throws this; only `item/asNodeError.ts` makes n8n's own error classes of it. Neither
 * text may hold the API key or a signed URL, and there is no `cause`: n8n stores error objects whole,
 * and the request that an HTTP error drags along has both.
 */
export class Failure extends Error {
	constructor(
		message: string,
		readonly advice: string,
		/** The HTTP status, where HTTP answered. */
		readonly httpCode?: number,
	) {
		super(message);
		this.name = 'Failure';
	}
}

/** Nobody answered, or the line broke before that. */
export class NoAnswer extends Failure {}

/** The answer is no JSON: a gateway's page, nothing at all, half of a text. The next one may well be. */
export class UnreadableAnswer extends Failure {}

/** What happened and what to do next, where there is room for one text only. */
export function joinSentences(message: string, advice: string): string {
	return `${message.replace(/\.$/, '')}. ${advice}`;
}

/** The execution was cancelled, or another item of the same run ended it: nobody waits for this result. */
export class Cancelled extends Failure {
	constructor() {
		super('The execution was cancelled', 'If a time limit ended it, raise the n8n workflow\'s setting "Timeout Workflow" (or EXECUTIONS_TIMEOUT on the server). Otherwise, run the n8n workflow again.');
		this.name = 'Cancelled';
	}
}
