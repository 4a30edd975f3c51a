import type { INodeProperties } from 'n8n-workflow';
import { ID_LABELS, type IdField, withArticle } from '../item/parameters/ids';

type Show = NonNullable<INodeProperties['displayOptions']>['show'];

/** What fills each field's list. */
const SEARCHES: Record<IdField, string> = {
	projectId: 'searchProjects',
	workflowId: 'searchWorkflows',
	jobId: 'searchJobs',
	taskId: 'searchTasks',
	aoiId: 'searchAreas',
	assetId: 'searchAssets',
	insightId: 'searchInsights',
	imageId: 'searchImages',
	visualizationId: 'searchVisualizations',
};

/** What all fields have that name one of Pixxel's things: picked from a list, or given by its ID. */
function locatorOf(field: IdField): INodeProperties {
	const label = ID_LABELS[field];
	return {
		displayName: label,
		name: field,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Select ${withArticle(label)}…`,
				typeOptions: { searchListMethod: SEARCHES[field], searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 7f9c24e8-3b1d-4b60-9a2f-5d1e8c0b7a46',
				hint: `The ID of the ${label.toLowerCase()}, as Aurora and the API show it`,
				validation: [
					{
						type: 'regex',
						properties: {
							regex: '\\s*(?!\\.{1,2}\\s*$)\\S(.*\\S)?\\s*',
							errorMessage: `Enter the ID of ${withArticle(label)}`,
						},
					},
				],
			},
		],
	};
}

/**
 * An ID field of the operations that `show` names.
 *
 * @param above the ID fields that say what its list holds: another value there, and what was picked here is gone
 */
export function locator(field: IdField, show: Show, description: string, above: IdField[] = []): INodeProperties {
	// Not on their values: n8n compares what expressions give, and would empty this field, with the expression in
	// it, as soon as the node before has run. Nor on their modes: those go when another operation hides the field above.
	const typeOptions = { loadOptionsDependsOn: above.map((parent) => `${parent}.cachedResultName`) };
	return {
		...locatorOf(field),
		required: true,
		// The editor shows it to people, and an agent's model knows nothing else of the field.
		description: `${description}. By ID: the "id" that Get Many returns (a UUID), not the name.`,
		displayOptions: { show },
		...(above.length > 0 && { typeOptions }),
	};
}

/** The project as a filter, named as in the API. */
export const projectFilter: INodeProperties = {
	...locatorOf('projectId'),
	name: 'project_id',
	description: 'Only workflows of this project',
};
