import type { INodeProperties } from 'n8n-workflow';

/** Simplify, as n8n's guidelines have it for answers of more than ten fields. */
export function simplifyField(show: NonNullable<INodeProperties['displayOptions']>['show']): INodeProperties {
	return {
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
		displayOptions: { show },
	};
}
