import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { PixxelClient } from '../api/PixxelClient';
import { Failure } from '../failure';
import type { IdField } from '../run/ids';
import { asNodeError } from '../run/asNodeError';

/** An entry of a list: what people recognise, and the ID behind it. */
export function entry(name: unknown, id: unknown): INodeListSearchItems {
	return { name: typeof name === 'string' && name !== '' ? name : String(id), value: String(id) };
}

/** Whether an entry is one that the user searches for, by any part of its name or its ID. */
export function matches({ name, value }: INodeListSearchItems, filter: string | undefined): boolean {
	const wanted = filter?.trim().toLowerCase() ?? '';
	return `${name} ${value}`.toLowerCase().includes(wanted);
}

/** What is chosen in another of the node's ID fields; undefined while nothing is. */
export function chosen(context: ILoadOptionsFunctions, field: IdField): string | undefined {
	const value: unknown = context.getCurrentNodeParameter(field, { extractValue: true });
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined;
}

/**
 * What is chosen in the field that this list depends on.
 *
 * @throws Failure where nothing is, or where only an execution could tell
 */
export function needed(context: ILoadOptionsFunctions, field: IdField, label: string): string {
	const value = chosen(context, field);
	if (value === undefined) {
		throw new Failure(`Choose a ${label.toLowerCase()} first`, `The field "${label}" above is empty.`);
	}
	if (value.startsWith('=')) {
		throw new Failure(
			`"${label}" above is an expression`,
			'What it gives is known only when the workflow runs. Use "By ID" with an expression here as well.',
		);
	}
	return value;
}

/**
 * Fills a list, and says why where it cannot.
 *
 * @param nothing what to say where there is nothing at all to pick from
 * @param filter what the user searches for; with it, an empty list speaks for itself
 */
export async function picker(
	context: ILoadOptionsFunctions,
	nothing: string,
	fill: (pixxel: PixxelClient) => Promise<INodeListSearchResult>,
	filter: string | undefined,
): Promise<INodeListSearchResult> {
	try {
		const pixxel = await PixxelClient.connect(context, new AbortController().signal);
		const found = await fill(pixxel);
		if (found.results.length === 0 && !filter?.trim()) {
			throw new Failure(nothing, 'Check that the credential is the one of the right workspace.');
		}
		return found;
	} catch (error) {
		throw asNodeError(context.getNode(), error);
	}
}
