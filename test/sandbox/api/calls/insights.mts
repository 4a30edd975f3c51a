import { notFound } from '../../exchange.mts';
import type { Insight } from '../../world/insights.mts';
import { type Asked, byId, matches, matchesTime } from '../asked.mts';
import { rawJson } from '../rawJson.mts';
import { findArea } from './areas.mts';
import { notFinished, requestPackage } from './packages.mts';

/** `dexter.ListInsightItem` */
const insightAnswer = ({ input, output, ...insight }: Insight, { sandbox: { behaviour } }: Asked) => ({
	...insight,
	input: rawJson(input, behaviour),
	output: rawJson(output.length > 0 ? output : undefined, behaviour),
});

export function listInsights(asked: Asked) {
	const { aoi_id } = findArea(asked);
	const { query } = asked;
	const insights = [...asked.sandbox.world.insights.values()]
		.filter((insight) => insight.aoi_id === aoi_id)
		.filter((insight) => matches(insight.id, query.id) && matches(insight.status, query.status) && matches(insight.created_by, query.created_by))
		.filter((insight) => matchesTime(insight.created_at, query.created_on))
		.sort(byId);
	return { insights: insights.map((insight) => insightAnswer(insight, asked)) };
}

/** The body may name inputs and outputs. By what, is not said: so all of them are packaged, whatever it names. */
export function downloadInsight(asked: Asked) {
	const { aoi_id } = findArea(asked);
	const id = asked.ids.insight_id ?? '';
	const insight = asked.sandbox.world.insights.get(id);
	if (insight === undefined || insight.aoi_id !== aoi_id) throw notFound('insight', id, ` in AOI ${aoi_id}`);
	if (insight.output.length === 0) throw notFinished('insight', id, insight.status);
	return { id, ...requestPackage(asked, id) };
}
