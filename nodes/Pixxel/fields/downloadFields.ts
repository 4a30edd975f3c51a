import type { INodeProperties } from 'n8n-workflow';
import { MOST_CONNECTIONS } from '../download/downloadSettings';
import { MOST_CONCURRENCY } from '../item/perItem';
import { waitOptions } from './waitOptions';

const show = { resource: ['task', 'job'], operation: ['download'] };

/** What both downloads ask for, beside the package's IDs. */
export const downloadFields: INodeProperties[] = [
	{
		displayName: 'Wait Until Ready',
		name: 'waitUntilReady',
		type: 'boolean',
		default: true,
		description:
			'Whether to go on asking until Pixxel has the package ready. This waits for the package, not for the analysis: the job has to have finished. If off, a package that is not ready comes out as its status, without a file, so that a Wait node can ask again later.',
		displayOptions: { show },
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		options: [
			{
				name: 'File',
				value: 'file',
				description: 'The package itself, to upload, send or unpack',
			},
			{
				name: 'Signed URL',
				value: 'signedUrl',
				description: 'Only the link: it works for anyone who has it, until it expires',
			},
		],
		default: 'file',
		description: 'What to hand to the next node',
		displayOptions: { show },
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
		displayOptions: { show: { ...show, output: ['file'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Connections',
				name: 'connections',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MOST_CONNECTIONS, numberPrecision: 0 },
				default: 16,
				description:
					'Most connections to fetch one package over. More than one is opened only where that pays: on long or slow lines.',
			},
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				placeholder: 'e.g. north-field.zip',
				description: 'Name of the file, instead of the one that storage gives it',
			},
			{
				displayName: 'Max Concurrency',
				name: 'maxConcurrency',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MOST_CONCURRENCY, numberPrecision: 0 },
				default: 5,
				description: 'Most input items to work on at the same time',
			},
			// Where nothing waits, there is nothing to bound.
			...waitOptions.map((option) => ({ ...option, displayOptions: { show: { '/waitUntilReady': [true] } } })),
		],
	},
];
