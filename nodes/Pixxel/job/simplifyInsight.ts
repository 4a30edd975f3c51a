import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { readBoolean } from '../item/parameters/settings';
import { pick } from '../item/simplified';
import { describeOutputs } from './describeOutputs';

const FIELDS = ['id', 'name', 'status', 'progress', 'err_msg', 'cost', 'aoi_id', 'created_by', 'created_at'];

/** The fields of an insight that automations use, and what it has brought. */
export function simplifyInsight(insight: IDataObject): IDataObject {
	return { ...pick(insight, FIELDS), ...('output' in insight && { outputs: describeOutputs(insight.output) }) };
}

/** An insight as the user wants it: simplified, or as Pixxel answers it. */
export function shapeInsight(insight: IDataObject, context: IExecuteSingleFunctions): IDataObject {
	return readBoolean(context, 'simplify', true) ? simplifyInsight(insight) : insight;
}
