import type { IDataObject, ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { PixxelClient } from '../api/PixxelClient';
import { isObject } from '../api/readAnswer';
import { routeOfList } from '../api/route';
import { Failure, joinSentences } from '../errors/Failure';
import { asNodeError } from '../item/asNodeError';
import { ID_LABELS, type IdField, withArticle } from '../item/parameters/ids';
import { isExpression } from '../item/parameters/isExpression';

/** Most entries that a list shows at once. Whoever has more searches. */
const MAX_ENTRIES = 200;

/** An entry of a list: what people recognise (as much of it as is known), and the ID behind it. */
export function entry(id: unknown, ...facts: unknown[]): INodeListSearchItems {
	const known = facts.filter((fact) => typeof fact === 'string' && fact.trim() !== '');
	return { name: known.join(' · ') || String(id), value: String(id) };
}

/**
 * Entries that can be told apart, where several have the same name: by the beginnings of their IDs. The editor goes by
 * names as well when it notices that another one was picked, and empties the fields below.
 */
export function disambiguate(entries: INodeListSearchItems[]): INodeListSearchItems[] {
	const times = new Map<string, number>();
	for (const { name } of entries) times.set(name, (times.get(name) ?? 0) + 1);
	return entries.map((one) =>
		(times.get(one.name) ?? 0) > 1 && one.name !== one.value
			? { ...one, name: `${one.name} · ${String(one.value).slice(0, 8)}` }
			: one,
	);
}

/** Whether an entry is one that the user searches for: by any part of its name or its ID, or by words of its name and what else it is known by. */
function matches({ name, value }: INodeListSearchItems, alias: string, filter: string | undefined): boolean {
	const wanted = (filter ?? '').trim().toLowerCase();
	const words = `${name} ${alias}`.toLowerCase();
	return `${name} ${value}`.toLowerCase().includes(wanted) || wanted.split(/\s+/).every((word) => words.includes(word));
}

/**
 * The first entries of a list that the user searches for. Reads no further than to the last of them, and tells them apart
 * from all others that it came by.
 *
 * @param aliasOf what an entry is found by as well, e.g. "March"
 */
export async function firstMatches(
	list: AsyncIterable<IDataObject> | Iterable<IDataObject>,
	asEntry: (one: IDataObject) => INodeListSearchItems,
	filter: string | undefined,
	aliasOf: (one: IDataObject) => string = () => '',
): Promise<INodeListSearchItems[]> {
	const read: INodeListSearchItems[] = [];
	const isFound: boolean[] = [];
	let found = 0;
	for await (const one of list) {
		const seen = asEntry(one);
		read.push(seen);
		if (isFound[isFound.push(matches(seen, aliasOf(one), filter)) - 1]) found++;
		if (found >= MAX_ENTRIES) break;
	}
	return disambiguate(read).filter((_one, index) => isFound[index]).slice(0, MAX_ENTRIES);
}

/** What is chosen in another of the node's ID fields; undefined while nothing is, or where there is no such field. */
export function readSelected(context: ILoadOptionsFunctions, field: IdField): string | undefined {
	// With `extractValue`, n8n throws where the operation does not show the field.
	const locator: unknown = context.getCurrentNodeParameter(field);
	const value = isObject(locator) ? locator.value : locator;
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined;
}

/**
 * What is chosen in the field that this list depends on.
 *
 * @throws Failure where nothing is, or where only an execution could tell
 */
export function requireSelection(context: ILoadOptionsFunctions, field: IdField): string {
	const label = ID_LABELS[field];
	const value = readSelected(context, field);
	const locator: unknown = context.getCurrentNodeParameter(field);
	// n8n hands over what an expression gives, not its text: before a run, often nothing. Up to 2.0, that is null.
	const typed = locator === null || (isObject(locator) && locator.mode === 'id');
	if (value === undefined && !typed) {
		throw new Failure(`Choose ${withArticle(label)} first`, `The field "${label}" above is empty.`);
	}
	if (value === undefined || isExpression(value)) {
		throw new Failure(
			`"${label}" above is empty, or an expression that gives nothing yet: use "By ID" here as well`,
			'What an expression gives is often known only when the workflow runs.',
		);
	}
	return value;
}

/**
 * Fills a list, and says why where it cannot.
 *
 * @param filter what the user searches for; with it, an empty list speaks for itself
 * @param nothing what to say, and to advise, where there is nothing at all to pick from
 */
export async function fillList(
	context: ILoadOptionsFunctions,
	filter: string | undefined,
	nothing: [what: string, advice: string],
	fill: (pixxel: PixxelClient) => Promise<INodeListSearchResult>,
): Promise<INodeListSearchResult> {
	try {
		const pixxel = await PixxelClient.connect(context, new AbortController().signal, routeOfList(context));
		const found = await fill(pixxel);
		if (found.results.length === 0 && !filter?.trim()) {
			throw new Failure(...nothing);
		}
		return found;
	} catch (error) {
		throw asNodeError(context.getNode(), error instanceof Failure ? asListError(error) : error);
	}
}

/**
 * Under a list, n8n shows an exception's message; its description only where HTTP answered, and in some releases. In
 * the place of a message that names a network code, it puts words of its own.
 */
function asListError({ message, advice, httpCode }: Failure): Failure {
	return new Failure(joinSentences(message, advice.replace(/ \([A-Z_]+\)$/, '')), '', httpCode);
}
