import { describeOutputs, type OutputDescription } from '../packages/outputs.mts';
import { analystId, firstImageMs } from './areas.mts';
import { insightId, known } from './wellKnown.mts';

const dayMs = 86_400_000;

export type Insight = ReturnType<typeof insightOf>;

/** How an insight stands. */
export interface InsightState {
	/** Any word. */
	status: string;
	progress: number;
	err_msg: string;
	/** Empty as long as there is no output. */
	output: OutputDescription[];
}

export const finished = (id: string, status = 'completed'): InsightState => ({ status, progress: 100, err_msg: '', output: describeOutputs(id) });
export const stopped = (status: string, err_msg: string): InsightState => ({ status, progress: 60, err_msg, output: [] });
export const unfinished = (status: string, progress: number): InsightState => ({ status, progress, err_msg: '', output: [] });

/** `dexter.ListInsightItem`, with its JSON as it is. */
export const insightOf = (aoi_id: string, name: string, createdMs: number, state: InsightState) => ({
	id: insightId(aoi_id, name),
	name,
	aoi_id,
	input: [{ name: 'area_of_interest', display_name: 'Area of interest', format: 'string', type: 'string', value: aoi_id }],
	metadata: { sandbox: 'true' },
	cost: 25,
	estimated_time_in_min: 20,
	created_by: analystId,
	created_at: new Date(createdMs).toISOString(),
	deleted_at: null,
	...state,
});

/** Of every status, in the area that is well known. */
export function firstInsights(): Map<string, Insight> {
	const { aoiId } = known.area;
	const done = (name: string): [string, InsightState] => [name, finished(insightId(aoiId, name))];
	const all: Array<[name: string, state: InsightState]> = [
		done('Tailings surface'),
		done('Vegetation vigour'),
		['Under clouds', stopped('failed', 'Input image is covered by clouds: 83 % of the area of interest')],
		['Still running', unfinished('running', 40)],
		['Not begun', unfinished('pending', 0)],
	];
	const insights = all.map(([name, state], order) => insightOf(aoiId, name, firstImageMs + order * 3 * dayMs, state));
	return new Map(insights.map((insight) => [insight.id, insight]));
}
