import type { INodeProperties } from 'n8n-workflow';

/** Return All and Limit, for a Get Many operation. */
export function listFields(resource: string): INodeProperties[] {
	const show = { resource: [resource], operation: ['getAll'] };
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
			displayOptions: { show },
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: { show: { ...show, returnAll: [false] } },
		},
	];
}

/** The Filters of a Get Many operation. */
export function filtersField(resource: string, options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		displayOptions: { show: { resource: [resource], operation: ['getAll'] } },
		options,
	};
}

export const createdBy: INodeProperties = {
	displayName: 'Created By',
	name: 'created_by',
	type: 'string',
	default: '',
	placeholder: 'e.g. 3f2a7c10-94be-4f0e-8d57-2b6f1e0c9a31',
	description: 'ID of the user who created it',
};

const day = (name: string, displayName: string, what: string): INodeProperties => ({
	displayName,
	name,
	type: 'dateTime',
	default: '',
	description: `Day on which it was ${what}. The time of day does not matter.`,
});

export const createdOn = day('created_on', 'Created On', 'created');
export const createdAt = day('created_at', 'Created At', 'created');
export const updatedAt = day('updated_at', 'Updated At', 'last changed');

export function textFilter(name: string, displayName: string, description: string, placeholder?: string): INodeProperties {
	return { displayName, name, type: 'string', default: '', description, ...(placeholder !== undefined && { placeholder }) };
}

export function jsonFilter(name: string, displayName: string, description: string): INodeProperties {
	return { displayName, name, type: 'json', default: '', description };
}
