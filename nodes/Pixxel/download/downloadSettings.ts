import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../errors/Failure';
import { type Output, OUTPUTS } from '../packages/PackageSource';
import { readWaitSettings, type WaitSettings, readInteger, readBoolean } from '../item/parameters/settings';

export const DEFAULTS = {
	connections: 16,
	outputPropertyName: 'data',
};

export const MAX_CONNECTIONS = 16;

/** What the user chose for one download. */
export interface DownloadSettings extends WaitSettings {
	waitUntilReady: boolean;
	output: Output;
	outputPropertyName: string;
	/** Patterns of the files in the package that are wanted; none means all. */
	files: string;
	/** Overrides the name that storage announces. */
	fileName?: string;
	connections: number;
}

/**
 * Reads the fields that both downloads share.
 *
 * @throws Failure that names the field where a value makes no sense
 */
export function readDownloadSettings(context: IExecuteSingleFunctions): DownloadSettings {
	const output = OUTPUTS.find((one) => one === context.getNodeParameter('output', 'file'));
	if (output === undefined) {
		throw new Failure(`"Output" is none of "${OUTPUTS.join('", "')}"`, 'Choose one from the list; an expression must give one of these words.');
	}
	const outputPropertyName: unknown = context.getNodeParameter('outputPropertyName', DEFAULTS.outputPropertyName);
	const isStored = output === 'file' || output === 'packageFiles';
	if (isStored && (typeof outputPropertyName !== 'string' || outputPropertyName.trim() === '')) {
		throw new Failure(
			'"Put Output File in Field" is empty',
			`Enter the name of the field that will hold the file, e.g. ${DEFAULTS.outputPropertyName}.`,
		);
	}
	return {
		waitUntilReady: readBoolean(context, 'waitUntilReady', true),
		output,
		outputPropertyName: String(outputPropertyName).trim(),
		files: readFiles(context),
		...readWaitSettings(context),
		fileName: String(context.getNodeParameter('options.fileName', '') ?? '').trim() || undefined,
		connections: readInteger(context, 'connections', DEFAULTS.connections, 1, MAX_CONNECTIONS),
	};
}

function readFiles(context: IExecuteSingleFunctions): string {
	const files: unknown = context.getNodeParameter('files', '');
	// Of expressions that find nothing, what stands around them stays.
	const isBlank = typeof files === 'string' && files !== '' && !/[^\s,./]/.test(files);
	if (typeof files === 'string' && !isBlank) return files;
	// Nothing would mean all files, and gigabytes for a slip in an expression.
	throw new Failure(
		files === undefined || files === null || isBlank ? 'The expression in "Files" found nothing for this item' : '"Files" is not text',
		'Give patterns, separated by commas, e.g. *.png, *.json; or an expression that gives a path, e.g. {{ $json.file.path }}. Leave the field empty for all files.',
	);
}
