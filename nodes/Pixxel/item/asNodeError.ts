import { type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { Failure } from '../errors/Failure';
import { redact } from '../errors/redact';

/**
 * What n8n shows for an exception: `NodeApiError` where HTTP answered, `NodeOperationError` otherwise. Made
 * anew from the words alone: n8n stores errors whole, and a cause may hold a request with its secrets.
 */
export function asNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (!(error instanceof Failure)) {
		// n8n's own (a missing credential, a full disk), or a slip of ours.
		if (error instanceof NodeOperationError) return error;
		const message = redact(error instanceof Error ? error.message : String(error));
		return new NodeOperationError(node, message, { itemIndex });
	}
	const { message, advice: description, httpCode } = error;
	if (httpCode === undefined) return new NodeOperationError(node, message, { description, itemIndex });
	return new NodeApiError(node, { message }, { message, description, httpCode: String(httpCode), itemIndex });
}

/**
 * The same for an operation to throw. Of anything but a `NodeApiError`, n8n's declarative engine makes one whose
 * HTTP code is "none", which its editor then shows under "From Pixxel". This one has no code, where HTTP did not answer.
 */
export function asThrownError(node: INode, error: unknown, itemIndex: number): NodeApiError {
	const shown = asNodeError(node, error, itemIndex);
	if (shown instanceof NodeApiError) return shown;
	const { message, description } = shown;
	return new NodeApiError(node, {}, { message, description: description ?? undefined, itemIndex });
}
