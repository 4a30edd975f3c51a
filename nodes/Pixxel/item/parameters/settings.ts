import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../../errors/Failure';

const LABELS: Record<string, string> = {
	pollInterval: 'Poll Interval',
	maxWait: 'Max Wait',
	connections: 'Connections',
	maxConcurrency: 'Max Concurrency',
};

const SWITCHES = {
	returnAll: 'Return All',
	simplify: 'Simplify',
	waitForCompletion: 'Wait for Completion',
	waitUntilReady: 'Wait Until Ready',
};

/**
 * Whether one of the node's switches is on. An expression may say that as text.
 *
 * @throws Failure, naming the field, where it says anything else: whichever way that is taken, it may be the wrong one
 */
export function readBoolean(context: IExecuteSingleFunctions, name: keyof typeof SWITCHES, fallback: boolean): boolean {
	const value: unknown = context.getNodeParameter(name, fallback);
	const said = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (said === true || said === 'true') return true;
	if (said === false || said === 'false') return false;
	throw new Failure(
		`"${SWITCHES[name]}" is neither true nor false`,
		'Correct its expression so that it gives one of them for this item, or set the switch itself.',
	);
}

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
export function readInteger(
	context: IExecuteSingleFunctions,
	name: string,
	fallback: number,
	least: number,
	most: number,
): number {
	const value = read(context, name, fallback);
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw new Failure(
		`"${LABELS[name]}" must be a whole number from ${least} to ${most}`,
		'Correct it under Options.',
	);
}

/**
 * A duration from the node's options, in seconds, as milliseconds.
 *
 * @throws Failure, naming the field, where it is no number of so many seconds or more
 */
function readSeconds(context: IExecuteSingleFunctions, name: string, fallback: number, least: number): number {
	const value = read(context, name, fallback);
	if (Number.isFinite(value) && value >= least) return value * 1_000;
	throw new Failure(`"${LABELS[name]}" must be a number of seconds, ${least} or more`, 'Correct it under Options.');
}

/** Unless the user says otherwise, in seconds. */
export const WAIT_DEFAULTS = { pollInterval: 10, maxWait: 1800 };

/** Seconds. The editor takes no less than one; an expression may mean milliseconds, and would have Pixxel asked a thousand times a second. */
const MIN_POLL_INTERVAL = 0.1;

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
		pollIntervalMs: readSeconds(context, 'pollInterval', WAIT_DEFAULTS.pollInterval, MIN_POLL_INTERVAL),
		maxWaitMs: readSeconds(context, 'maxWait', WAIT_DEFAULTS.maxWait, 0),
	};
}
