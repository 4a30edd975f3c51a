import { requireIds } from '../item/parameters/ids';
import { explainByJobStatus } from './jobs/explainByJobStatus';
import { readSelection, warnIfFailed } from './jobs/readSelection';
import type { PackageSource } from './PackageSource';
import { repeatedPut } from './protocols';

/** What all tasks of a job have brought. */
export const jobPackage: PackageSource = {
	...repeatedPut,
	noun: 'job',
	validate: (context) => requireIds(context, ['workflowId', 'jobId']),
	fileName: ({ context }) => readSelection(context, 'jobId'),
	explain: explainByJobStatus,
	warning: ({ context }) => warnIfFailed(context, 'jobId'),
};
