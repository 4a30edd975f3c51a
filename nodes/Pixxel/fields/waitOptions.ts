import type { INodeProperties } from 'n8n-workflow';

/** The entries of Options that say how long to wait for something at Pixxel. */
export const waitOptions: INodeProperties[] = [
	{
		displayName: 'Max Wait',
		name: 'maxWait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1800,
		hint: 'In seconds',
		description: 'How long to wait in all, before giving up',
	},
	{
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10,
		hint: 'In seconds',
		description:
			'How long to pause before asking again. The pauses grow from there, gently, up to a minute. An expression may give less than a second, but no less than 0.1.',
	},
];
