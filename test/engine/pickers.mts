import { LoadOptionsContext } from 'n8n-core';
import type { INodeListSearchResult } from 'n8n-workflow';
import type { Engine, RunOptions } from './engine.mts';

/** The field that a list is opened in, and what has been typed into it. */
export interface Opened extends Omit<RunOptions, 'items' | 'signal'> {
	of?: 'pixxel' | 'pixxelTrigger';
	search: 'searchWorkflows' | 'searchJobs' | 'searchTasks' | 'searchProjects';
	filter?: string;
	/** As the page before gave it. */
	paginationToken?: unknown;
}

/** Fills a list as the editor has n8n do it: in n8n's own context, with the node's fields as they stand. */
export async function openList(
	engine: Engine,
	{ of = 'pixxel', search, filter, paginationToken, ...placing }: Opened,
): Promise<INodeListSearchResult> {
	const { type, node, workflow, additionalData } = engine.place(of, placing);
	const method = type.methods?.listSearch?.[search];
	if (!method) throw new Error(`${of} has no ${search}`);
	const context = new LoadOptionsContext(workflow, node, additionalData, `parameters.${search}`);
	return await method.call(context, filter, paginationToken as string | undefined);
}
