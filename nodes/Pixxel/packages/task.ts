import { requireIds } from '../item/parameters/ids';
import { explainByJobStatus } from './jobs/explainByJobStatus';
import { readSelection, warnIfFailed } from './jobs/readSelection';
import type { PackageSource } from './PackageSource';
import { repeatedPut } from './protocols';

/** What one task of a job has brought. */
export const taskPackage: PackageSource = {
	...repeatedPut,
	noun: 'task',
	validate: (context) => requireIds(context, ['workflowId', 'jobId', 'taskId']),
	fileName: ({ context }) => readSelection(context, 'taskId'),
	explain: explainByJobStatus,
	warning: ({ context }) => warnIfFailed(context, 'taskId'),
};
