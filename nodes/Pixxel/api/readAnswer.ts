import type { IDataObject } from 'n8n-workflow';
import { Failure, UnreadableAnswer } from '../errors/Failure';

/** What to do about an answer that nobody can make sense of. */
export const NOT_AS_DOCUMENTED =
	'This is not how Pixxel documents its answers. Check "Base URL" in the credential: a gateway or proxy may have answered instead. If the address is right, tell Pixxel.';

/** What a person would call a JSON value. */
export function describeType(value: unknown): string {
	if (value === null || value === undefined || value === '') return 'nothing';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/** @param what was asked for, e.g. "a job" */
export function unexpectedAnswer(value: unknown, what: string): Failure {
	const message = `Pixxel answered with ${describeType(value)} instead of ${what}`;
	const isJson = value !== null && value !== undefined && typeof value !== 'string';
	return isJson ? new Failure(message, NOT_AS_DOCUMENTED) : new UnreadableAnswer(message, NOT_AS_DOCUMENTED);
}

/** Whether a JSON value is an object: no list, not null. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A body that the documentation says is an object.
 *
 * @throws Failure where it is none
 */
export function objectIn(body: unknown, what: string): IDataObject {
	if (isObject(body)) return body;
	throw unexpectedAnswer(body, what);
}

/**
 * The list that the documentation says a body has under `key`.
 *
 * @throws Failure where there is none, or where it holds anything but objects
 */
export function listIn(body: unknown, key: string): IDataObject[] {
	const list = objectIn(body, `an object with "${key}"`)[key];
	// Servers written in Go send null for an empty list.
	if (list === null) return [];
	if (Array.isArray(list) && list.every(isObject)) return list as IDataObject[];
	throw unexpectedAnswer(list, `a list of ${key}`);
}

/** A time of day without a zone, which JavaScript would take for one of this machine's. */
const NO_ZONE = /T\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** The time in a timestamp field, in ms since 1970, in UTC where it names no zone; undefined where there is none. Go's zero time is none. */
export function timeOf(value: unknown): number | undefined {
	if (typeof value !== 'string') return undefined;
	const time = Date.parse(NO_ZONE.test(value) ? `${value}Z` : value);
	return time > 0 ? time : undefined;
}
