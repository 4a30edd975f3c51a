import type { INodeProperties } from 'n8n-workflow';
import { outputField } from '../../fields/downloadFields';
import { filtersField, listFields, textFilter } from '../../fields/listFields';
import { locator } from '../../fields/locators';
import { visualizationGetAll } from './getAll';
import { visualizationGetPicture } from './getPicture';

const resource = ['visualization'];
const picture = { resource, operation: ['getPicture'] };

export const visualizationOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [visualizationGetAll, visualizationGetPicture],
	default: 'getPicture',
};

export const visualizationFields: INodeProperties[] = [
	locator('aoiId', { resource }, 'The area of interest that the visualization shows'),
	locator('visualizationId', picture, 'The visualization, e.g. NDVI', ['aoiId']),
	{
		displayName: 'Date',
		name: 'date',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 2026-11-23',
		description: 'The day to show, on which there must be an image of the area of interest. An expression may also give a date object.',
		displayOptions: { show: picture },
	},
	{
		displayName: 'Legend',
		name: 'legend',
		type: 'options',
		options: [
			{ name: 'Dynamic', value: 'dynamic', description: 'From the lowest value in the picture to the highest: differences show best' },
			{ name: 'Theoretical', value: 'theoretical', description: 'All values that there can be: pictures of several days compare' },
		],
		default: 'dynamic',
		description: 'What the colours stand for',
		displayOptions: { show: picture },
	},
	outputField(picture),
	...listFields('visualization'),
	filtersField('visualization', [
		textFilter('expression_type', 'Expression Type', 'Kind of the expression that the visualization shows'),
		textFilter('index_id', 'Index ID', 'ID of the index that the visualization shows'),
		textFilter('type', 'Type', 'Type of the visualization'),
		textFilter('user_id', 'User ID', 'ID of the user who made it'),
		textFilter('visualization_id', 'Visualization ID', 'ID of the visualization'),
	]),
];
