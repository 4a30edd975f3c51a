import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { insights } from '../../api/lists/insights';
import { takeFirst } from '../../api/lists/paging';
import type { PixxelClient } from '../../api/PixxelClient';
import { timeOf, unexpectedAnswer } from '../../api/readAnswer';
import { describeOutputs } from '../../job/describeOutputs';
import { outcomeOf } from '../../job/jobOutcome';
import type { EventSource } from './EventSource';

/** An insight of one area of interest has ended. The list has all that there is to know of it, but for when it ended. */
export function insightFinished(pixxel: PixxelClient, aoiId: string): EventSource {
	const url = `/v0/aoi/${encodeURIComponent(aoiId)}/insights`;
	const emitted = (insight: IDataObject): INodeExecutionData => ({ json: { ...insight, outputs: describeOutputs(insight.output) } });
	return {
		noun: 'insight',
		owner: 'area of interest',
		toSeeOne: 'run a model on the area of interest in Aurora',
		scope: `insights of ${aoiId}`,
		idOf: ({ id }) => String(id),
		outcomeOf: ({ status }) => outcomeOf({ status }),
		endOf: ({ created_at: createdAt }) => timeOf(createdAt) ?? 0,

		async list(policy) {
			const listed = await takeFirst(insights(pixxel, { url, method: 'GET' }, Infinity, policy), Infinity);
			if (listed.every(({ id }) => typeof id === 'string' && id !== '')) return listed;
			throw unexpectedAnswer(undefined, 'the ID of an insight');
		},

		details: async (insight) => emitted(insight),
		withoutDetails: emitted,
	};
}
