import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../failure';
import { secondsAsMs, wholeNumber } from '../run/settings';

export const DEFAULTS = {
	pollInterval: 10,
	maxWait: 1800,
	connections: 4,
	binaryPropertyName: 'data',
};

export const MOST_CONNECTIONS = 16;

/** What the user chose for one download. */
export interface DownloadSettings {
	waitUntilReady: boolean;
	output: 'file' | 'signedUrl';
	binaryPropertyName: string;
	pollIntervalMs: number;
	maxWaitMs: number;
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
	const binaryPropertyName = context.getNodeParameter('binaryPropertyName', DEFAULTS.binaryPropertyName);
	if (output === 'file' && (typeof binaryPropertyName !== 'string' || binaryPropertyName.trim() === '')) {
		throw new Failure(
			'"Put Output File in Field" is empty',
			`Give the name of the field that shall hold the file, e.g. ${DEFAULTS.binaryPropertyName}.`,
		);
	}
	return {
		waitUntilReady: context.getNodeParameter('waitUntilReady', true) === true,
		output,
		binaryPropertyName: String(binaryPropertyName).trim(),
		pollIntervalMs: secondsAsMs(context, 'pollInterval', DEFAULTS.pollInterval, 'aboveZero'),
		maxWaitMs: secondsAsMs(context, 'maxWait', DEFAULTS.maxWait, 'zeroAllowed'),
		fileName: String(context.getNodeParameter('options.fileName', '') ?? '').trim() || undefined,
		connections: wholeNumber(context, 'connections', DEFAULTS.connections, 1, MOST_CONNECTIONS),
	};
}
