import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { objectIn } from '../api/readAnswer';
import { type IdField, requireIds } from './parameters/ids';
import { perItem } from './perItem';
import { readBoolean } from './parameters/settings';

/**
 * An operation that asks once and hands on the object that comes back.
 *
 * @param what the object is, for the message that it is none
 * @param shape what to make of it for the next node
 */
export function getOne(
	ids: IdField[],
	what: string,
	shape: (answer: IDataObject, context: IExecuteSingleFunctions) => IDataObject = (answer) => answer,
) {
	return perItem(
		(context) => {
			requireIds(context, ids);
			// `shape` goes by it, where an operation has it, but only after the call.
			readBoolean(context, 'simplify', true);
		},
		async ({ context, pixxel, request }) => {
			const answer = objectIn(await pixxel.call(request), what);
			return [{ json: shape(answer, context) }];
		},
	);
}
