import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { isFailedStatus } from '../../api/statusWords';
import type { IdField } from '../../item/parameters/ids';
import { selectedFacts } from '../../item/parameters/selectedName';
import { baseName, inFileName } from '../../transfer/fileNames';

/**
 * What is known of a job or task without asking Pixxel: its ID, what the list showed where it was picked, and what the input item
 * says where that is the job or task itself, as Split Out and Get Many hand it on.
 */
interface Picked {
	what: 'task' | 'job';
	id: string;
	/** A task's, as a name for its file. Jobs have none. */
	name?: string;
	/** Whether either of them says that it did not succeed. */
	failed: boolean;
}

/** @param field the one that says which job or task it is; it has been checked */
export function readSelection(context: IExecuteSingleFunctions, field: IdField): Picked {
	const id = String(context.getNodeParameter(field, '', { extractValue: true })).trim();
	// As the lists show them: "Tailings surface map · completed", "2025-03-25 06:30 UTC · failed · 60%".
	const facts = selectedFacts(context, field);
	const { json } = context.getInputData();
	const isItem = json.id === id;
	const asItemSays = isItem && typeof json.status === 'string' && isFailedStatus(json.status);
	if (field !== 'taskId') return { what: 'job', id, failed: asItemSays || facts.slice(1).some(isFailedStatus) };
	const name = inFileName(facts.slice(0, -1).join(' · ') || (isItem && typeof json.name === 'string' ? json.name : ''));
	return { what: 'task', id, name: baseName(name), failed: asItemSays || (facts.length > 1 && isFailedStatus(facts.at(-1))) };
}

/** @returns what to say of a package whose job or task did not succeed, as far as that is known */
export function warnIfFailed(context: IExecuteSingleFunctions, field: IdField): string | undefined {
	const { what, id, failed } = readSelection(context, field);
	return failed ? `this package may lack results, as its ${what} did not succeed (${id})` : undefined;
}
