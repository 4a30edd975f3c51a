import type { INodeProperties } from 'n8n-workflow';
import { filtersField, jsonFilter, listFields, textFilter } from '../../fields/listFields';
import { locator } from '../../fields/locators';
import { simplifyField } from '../../fields/simplifyField';
import { imageDownload } from './download';
import { imageGet } from './get';
import { imageGetAll } from './getAll';

const resource = ['image'];

export const imageOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [imageDownload, imageGet, imageGetAll],
	default: 'download',
};

export const imageFields: INodeProperties[] = [
	locator('imageId', { resource, operation: ['get', 'download'] }, 'The image in the catalog'),
	...listFields('image'),
	simplifyField({ resource, operation: ['get', 'getAll'] }),
	filtersField('image', [
		textFilter('bbox', 'Bounding Box', 'Four numbers separated by commas: the lowest longitude and latitude, then the highest ones', 'e.g. 77.4,12.8,77.8,13.2'),
		textFilter('collections', 'Collections', 'IDs of collections, separated by commas'),
		textFilter('datetime', 'Date and Time', 'When the image was taken: a time, or two of them with a slash between, of which one may be ".."', 'e.g. 2026-11-01T00:00:00Z/..'),
		textFilter('ids', 'IDs', 'IDs of images, separated by commas'),
		jsonFilter('intersects', 'Intersects', 'A GeoJSON geometry that the image has to meet'),
		textFilter('item_ids', 'Item IDs', 'IDs of STAC items, separated by commas'),
		textFilter('order_ids', 'Order IDs', 'IDs of orders, separated by commas'),
		textFilter('order_item_ids', 'Order Item IDs', 'IDs of items of orders, separated by commas'),
		jsonFilter('query', 'Query', 'Conditions on the properties of the STAC items, as the STAC query extension has them'),
		jsonFilter('sort_by', 'Sort By', 'A list of what to sort by, in the order of its importance'),
	]),
];
