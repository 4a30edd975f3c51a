import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { defaultRetry, withDeadline } from '../api/retryPolicy';
import { PixxelClient } from '../api/PixxelClient';
import { Failure } from '../errors/Failure';
import { ID_LABELS, isPathSegment, withArticle } from '../item/parameters/ids';
import { pollInTurn } from './activePolls';
import { emitNewlyEnded, isUnknown } from './emitNewlyEnded';
import type { EventSource } from './events/EventSource';
import { imageDelivered } from './events/imageDelivered';
import { insightFinished } from './events/insightFinished';
import { jobFinished } from './events/jobFinished';
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
	const wanted = source.happened === undefined ? chosenOutcome(context) : 'any';
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
	const event: unknown = context.getNodeParameter('event', 'jobFinished');
	const [workflowId, aoiId] = [event === 'jobFinished' && chosenId(context, 'workflowId'), event === 'insightFinished' && chosenId(context, 'aoiId')];
	const pixxel = await PixxelClient.connect(context, new AbortController().signal);
	if (workflowId) return jobFinished(pixxel, workflowId);
	return aoiId ? insightFinished(pixxel, aoiId) : imageDelivered(pixxel);
}

function chosenId(context: IPollFunctions, field: 'workflowId' | 'aoiId'): string {
	const value: unknown = context.getNodeParameter(field, '', { extractValue: true });
	if ((typeof value === 'string' || typeof value === 'number') && isPathSegment(String(value))) return String(value).trim();
	const label = ID_LABELS[field];
	throw new Failure(`"${label}" is empty or not an ID`, `Pick ${withArticle(label)} from the list, or give its ID.`);
}

/** What a run by hand shows. */
async function newest(source: EventSource, wanted: WantedOutcome): Promise<INodeExecutionData> {
	const entry = endedEntries(source, await source.list()).findLast((each) => isWanted(source, each, wanted));
	if (entry) {
		return await source.details(entry).catch(async (error) => await (isUnknown(error) ? source.withoutDetails(entry) : Promise.reject(error)));
	}
	throw new Failure(
		`No ${source.noun} of this ${source.owner} has ${source.happened ?? OUTCOMES[wanted]} yet`,
		`Once the trigger is active it waits for the next one. To see data now, ${source.toSeeOne} first.`,
	);
}
