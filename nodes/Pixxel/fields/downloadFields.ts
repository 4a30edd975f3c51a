import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { MAX_CONNECTIONS } from '../download/downloadSettings';
import { MAX_CONCURRENCY } from '../item/perItem';
import { waitOptions } from './waitOptions';

const WITH_LINK = { resource: ['task', 'job', 'asset', 'insight', 'image'], operation: ['download'] };
const FROM_LINK = { resource: ['package'], operation: ['downloadFromLink'] };
const show = { resource: [...WITH_LINK.resource, ...FROM_LINK.resource], operation: [...WITH_LINK.operation, ...FROM_LINK.operation] };

const contents: INodePropertyOptions[] = [
	{ name: 'File', value: 'file', description: 'The whole package as it is: one ZIP file' },
	{ name: 'Files in the Package', value: 'packageFiles', description: 'The files in it that you want, unpacked: one item for each, and nothing else is fetched' },
	{ name: 'List of Files in the Package', value: 'packageList', description: 'What is in it: one item for each file, with path and size, without the file' },
];

const output: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	options: contents,
	default: 'file',
	description: 'What to hand to the next node',
	displayOptions: { show: FROM_LINK },
};

/** The binary field that a file is put into. */
export function outputField(shown: NonNullable<INodeProperties['displayOptions']>['show']): INodeProperties {
	return {
		displayName: 'Put Output File in Field',
		name: 'outputPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
		displayOptions: { show: shown },
	};
}

const names = (name: string, displayName: string, description: string): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	description,
	displayOptions: { show: { '/resource': ['insight'] } },
});

/** What all downloads ask for, beside the package's IDs. */
export const downloadFields: INodeProperties[] = [
	{
		displayName: 'The model sees the JSON of this output, and no file: choose Signed URL or List of Files in the Package. A file is of use only to the nodes of this workflow.',
		name: 'toolNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, '@tool': [true] } },
	},
	{
		displayName: 'Wait Until Ready',
		name: 'waitUntilReady',
		type: 'boolean',
		default: true,
		description:
			'Whether to poll until Pixxel has prepared the package. This waits for the package, not for the analysis: the job must have finished. If off, a package that is not ready is returned as its status, without a file, so that a loop with a Wait node can ask again.',
		displayOptions: { show: WITH_LINK },
	},
	{
		...output,
		options: [...contents, { name: 'Signed URL', value: 'signedUrl', description: 'Only the link: it works for anyone who has it, until it expires' }],
		displayOptions: { show: WITH_LINK },
	},
	output,
	{
		displayName: 'Files',
		name: 'files',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. *.png, *.json',
		hint: 'Leave empty for all files',
		description:
			'Which files: patterns, separated by commas or line breaks. <code>*.tif</code> means all files whose names end so, in any folder; <code>indices/*</code> those in the folder indices; <code>indices/**</code> those in its folders, too; <code>band-?.tif</code> any one character in place of the question mark. With a slash in it, a pattern begins at the top of the package. A path from the list of files means that file. Upper and lower case are the same.',
		displayOptions: { show: { ...show, output: ['packageFiles', 'packageList'] } },
	},
	outputField({ ...show, output: ['file', 'packageFiles'] }),
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
				typeOptions: { minValue: 1, maxValue: MAX_CONNECTIONS, numberPrecision: 0 },
				default: 16,
				description:
					'Maximum number of connections for one package. More than one is opened only where that pays: to storage that is far away or slow, and where several files of a large package are unpacked at the same time.',
			},
			{
				displayName: 'Download ID',
				name: 'downloadId',
				type: 'string',
				default: '',
				placeholder: 'e.g. {{ $json.download_id }}',
				description: 'The ID of a download that was requested earlier: its status is returned, and no other download is requested. For a loop with a Wait node.',
				displayOptions: { show: { '/resource': ['asset', 'image'] } },
			},
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				placeholder: 'e.g. north-field.zip',
				description: 'Name of the file, instead of the one that storage gives it',
				displayOptions: { show: { '/output': ['file'] } },
			},
			names('inputs', 'Inputs', 'Identifiers of the inputs to include, separated by commas. Leave both empty for all that there is.'),
			{
				displayName: 'Max Concurrency',
				name: 'maxConcurrency',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MAX_CONCURRENCY, numberPrecision: 0 },
				default: 5,
				description: 'Maximum number of input items to work on at the same time',
			},
			names('outputs', 'Outputs', 'Identifiers of the outputs to include, separated by commas. Leave both empty for all that there is.'),
			// Where nothing waits, there is nothing to bound.
			...waitOptions.map((option) => ({ ...option, displayOptions: { show: { '/waitUntilReady': [true] } } })),
		],
	},
];
