import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { defaultRetry, withDeadline } from '../api/retryPolicy';
import { PixxelClient } from '../api/PixxelClient';
import { Failure } from '../errors/Failure';
import { pollInTurn } from './activePolls';
import { emitNewlyEnded, isUnknown } from './emitNewlyEnded';
import type { EventSource } from './EventSource';
import { jobFinished } from './jobFinished';
import { chosenOutcome, isWanted, OUTCOMES, type WantedOutcome } from './outcomes';
import { pollDeadlines } from './pollDeadlines';
import { combinedState, endedEntries, newlyEnded, type TriggerState } from './TriggerState';

/**
 * One poll of the trigger: emits each entry that has ended since the last one.
 *
 * @returns null where none has
 * @throws Failure where a field makes no sense, or Pixxel hands out neither the list nor the details of any entry
 */
export async function pollEvents(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	// Since n8n 2.38.
	const deadlines = pollDeadlines((context as { getPollBudgetMs?: () => number }).getPollBudgetMs?.());
	const source = await chosenSource(context);
	const wanted = chosenOutcome(context);
	if (context.getMode() === 'manual') return [[await newest(source, wanted)]];

	const memory = context.getWorkflowStaticData('node') as TriggerState;
	const trigger = `${context.getWorkflow().id ?? ''}/${context.getNode().name}`;
	const items = await pollInTurn(trigger, `${wanted} ${source.scope}`, memory, async (known) => {
		const state = combinedState(memory, known, source.scope);
		const changes = newlyEnded(state, source, await source.list(withDeadline(deadlines.list, defaultRetry)), wanted);
		return await emitNewlyEnded(changes, state, source, deadlines, context.logger);
	});
	return items.length > 0 ? [items] : null;
}

async function chosenSource(context: IPollFunctions): Promise<EventSource> {
	const workflowId = chosenWorkflow(context);
	return jobFinished(await PixxelClient.connect(context, new AbortController().signal), workflowId);
}

function chosenWorkflow(context: IPollFunctions): string {
	const value: unknown = context.getNodeParameter('workflowId', '', { extractValue: true });
	const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (id !== '' && !/^\.{1,2}$/.test(id) && id.isWellFormed()) return id;
	throw new Failure('"Workflow" is empty or not an ID', 'Pick a workflow from the list, or give its ID.');
}

/** What a run by hand shows. */
async function newest(source: EventSource, wanted: WantedOutcome): Promise<INodeExecutionData> {
	const entry = endedEntries(source, await source.list()).findLast((each) => isWanted(source, each, wanted));
	if (entry) {
		return await source.details(entry).catch(async (error) => await (isUnknown(error) ? source.withoutDetails(entry) : Promise.reject(error)));
	}
	throw new Failure(
		`No ${source.noun} of this ${source.owner} has ${OUTCOMES[wanted]} yet`,
		`Once the trigger is active it waits for the next one. To see data now, run the ${source.owner} in Aurora first.`,
	);
}
