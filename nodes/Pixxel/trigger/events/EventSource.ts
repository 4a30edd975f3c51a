import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { RetryPolicy } from '../../api/retryPolicy';
import type { Outcome } from '../../job/jobOutcome';

/** One kind of event: what there is at Pixxel, when it has ended, and what is emitted of it. All else is the same for all kinds. */
export interface EventSource {
	/** What messages call one entry, e.g. "job". */
	readonly noun: string;
	/** What messages call that which has the entries, e.g. "workflow". */
	readonly owner: string;
	/** What messages say has happened to an entry, where it is not that it finished, e.g. "been delivered". */
	readonly happened?: string;
	/** What to do in Aurora to see an entry, e.g. "run the workflow in Aurora". */
	readonly toSeeOne: string;
	/** What is watched, as it is remembered: a trigger that is given another one begins afresh. No two kinds of events may have one in common. */
	readonly scope: string;
	/**
	 * All entries, ended or not.
	 *
	 * @throws Failure where one has no ID, by which they are told apart
	 */
	list(policy?: RetryPolicy): Promise<IDataObject[]>;
	idOf(entry: IDataObject): string;
	/** @returns undefined while it has not ended */
	outcomeOf(entry: IDataObject): Outcome | undefined;
	/** When it ended, in milliseconds since 1970, as well as the list tells. */
	endOf(entry: IDataObject): number;
	/** The entry as it is emitted, with what the list leaves out. */
	details(entry: IDataObject, policy?: RetryPolicy): Promise<INodeExecutionData>;
	/** The same of one that Pixxel lists although its details are gone. */
	withoutDetails(entry: IDataObject): INodeExecutionData;
}
