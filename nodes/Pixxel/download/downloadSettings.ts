import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../ground/failure';
import { readWaitSettings, type WaitSettings, wholeNumber } from '../item/settings';

export const DEFAULTS = {
	connections: 16,
	outputPropertyName: 'data',
};

export const MOST_CONNECTIONS = 16;

/** What the user chose for one download. */
export interface DownloadSettings extends WaitSettings {
	waitUntilReady: boolean;
	output: 'file' | 'signedUrl';
	outputPropertyName: string;
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
	const output = context.getNodeParameter('output', 'file');
	if (output !== 'file' && output !== 'signedUrl') {
		throw new Failure('"Output" is neither "file" nor "signedUrl"', 'Choose one of the two from the list.');
	}
	const outputPropertyName = context.getNodeParameter('outputPropertyName', DEFAULTS.outputPropertyName);
	if (output === 'file' && (typeof outputPropertyName !== 'string' || outputPropertyName.trim() === '')) {
		throw new Failure(
			'"Put Output File in Field" is empty',
			`Give the name of the field that shall hold the file, e.g. ${DEFAULTS.outputPropertyName}.`,
		);
	}
	return {
		waitUntilReady: context.getNodeParameter('waitUntilReady', true) === true,
		output,
		outputPropertyName: String(outputPropertyName).trim(),
		...readWaitSettings(context),
		fileName: String(context.getNodeParameter('options.fileName', '') ?? '').trim() || undefined,
		connections: wholeNumber(context, 'connections', DEFAULTS.connections, 1, MOST_CONNECTIONS),
	};
}
