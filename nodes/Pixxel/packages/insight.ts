import type { RetryPolicy } from '../api/retryPolicy';
import { readId, requireIds } from '../item/parameters/ids';
import { readNames } from '../item/parameters/names';
import type { ItemRun } from '../item/perItem';
import type { PackageSource } from './PackageSource';

/** The documentation does not say what names an input or an output: without a body, all of them come. */
const send = async ({ context, pixxel, request }: ItemRun, policy: RetryPolicy) => {
	const [inputs, outputs] = [readNames(context, 'options.inputs', 'Inputs'), readNames(context, 'options.outputs', 'Outputs')];
	const body = { ...(inputs && { inputs }), ...(outputs && { outputs }) };
	return await pixxel.call(inputs || outputs ? { ...request, body } : request, policy);
};

/** What a model has found in an area of interest. */
export const insightPackage: PackageSource = {
	request: send,
	poll: send,
	noun: 'insight',
	validate(context) {
		requireIds(context, ['aoiId', 'insightId']);
		readNames(context, 'options.inputs', 'Inputs');
		readNames(context, 'options.outputs', 'Outputs');
	},
	fileName: ({ context }) => ({ id: readId(context, 'insightId') }),
};
