import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../ground/failure';

const LABELS: Record<string, string> = {
	pollInterval: 'Poll Interval',
	maxWait: 'Max Wait',
	connections: 'Connections',
	maxConcurrency: 'Max Concurrency',
};

function read(context: IExecuteSingleFunctions, name: string, fallback: number): number {
	const value: unknown = context.getNodeParameter(`options.${name}`, fallback);
	// An expression may give a number as text; an empty field means the default.
	if (value === null || value === undefined || value === '') return fallback;
	return typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
}

/**
 * A number from the node's options.
 *
 * @throws Failure, naming the field, where it is no whole number from `least` to `most`
 */
export function wholeNumber(
	context: IExecuteSingleFunctions,
	name: string,
	fallback: number,
	least: number,
	most: number,
): number {
	const value = read(context, name, fallback);
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw new Failure(
		`"${LABELS[name]}" is not a whole number from ${least} to ${most}`,
		'Correct it under Options.',
	);
}

/**
 * A duration from the node's options, in seconds, as milliseconds.
 *
 * @param zero whether 0 makes sense
 * @throws Failure, naming the field, where it is no such number
 */
function secondsAsMs(
	context: IExecuteSingleFunctions,
	name: string,
	fallback: number,
	zero: 'zeroAllowed' | 'aboveZero',
): number {
	const value = read(context, name, fallback);
	if (Number.isFinite(value) && (zero === 'zeroAllowed' ? value >= 0 : value > 0)) return value * 1_000;
	throw new Failure(
		`"${LABELS[name]}" is not a number of seconds ${zero === 'zeroAllowed' ? 'of 0 or more' : 'above 0'}`,
		'Correct it under Options.',
	);
}

/** Unless the user says otherwise, in seconds. */
export const WAIT_DEFAULTS = { pollInterval: 10, maxWait: 1800 };

/** How long to wait, and how often to look meanwhile. */
export interface WaitSettings {
	pollIntervalMs: number;
	maxWaitMs: number;
}

/**
 * Reads how long to wait.
 *
 * @throws Failure, naming the field, where a value makes no sense
 */
export function readWaitSettings(context: IExecuteSingleFunctions): WaitSettings {
	return {
		pollIntervalMs: secondsAsMs(context, 'pollInterval', WAIT_DEFAULTS.pollInterval, 'aboveZero'),
		maxWaitMs: secondsAsMs(context, 'maxWait', WAIT_DEFAULTS.maxWait, 'zeroAllowed'),
	};
}
