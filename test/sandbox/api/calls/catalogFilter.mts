import { badRequest } from '../../exchange.mts';
import type { Image } from '../../world/catalog.mts';

type Box = [west: number, south: number, east: number, north: number];
type Comparison = (value: number, wanted: number) => boolean;

/** `clerk.originalCatalogFilter`, without what pages. */
export interface CatalogFilter {
	bbox?: number[];
	collections?: string[];
	datetime?: string;
	ids?: string[];
	intersects?: { coordinates: number[][][] };
	item_ids?: string[];
	order_ids?: string[];
	order_item_ids?: string[];
	query?: Record<string, Record<string, unknown>>;
	sort_by?: Array<Record<string, string>>;
}

/** A box across the antimeridian has its west in the east; the sandbox's images lie elsewhere. */
const overlaps = (a: Box, b: Box) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

function boxOf(bbox: number[]): Box {
	if (bbox.length !== 4) throw badRequest('bbox must have four numbers', { bbox });
	return bbox as Box;
}

/** Of polygons, the box around them is looked at. */
function boxAround(coordinates: number[][][]): Box {
	const [longitudes, latitudes] = [0, 1].map((axis) => coordinates.flat().map((point) => point[axis] ?? NaN)) as [number[], number[]];
	return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}

/** One moment, or an interval whose ends are both in it; two dots leave an end open. */
function isWithin(time: string, wanted: string): boolean {
	const [from = '', to = from] = wanted.split('/');
	const [start, end] = [from === '..' ? -Infinity : Date.parse(from), to === '..' ? Infinity : Date.parse(to)];
	if (Number.isNaN(start) || Number.isNaN(end)) throw badRequest('datetime must be a date-time or an interval', { datetime: wanted });
	return Date.parse(time) >= start && Date.parse(time) <= end;
}

const comparisons: Record<string, Comparison> = {
	eq: (value, wanted) => value === wanted,
	gt: (value, wanted) => value > wanted,
	gte: (value, wanted) => value >= wanted,
	lt: (value, wanted) => value < wanted,
	lte: (value, wanted) => value <= wanted,
};

/** A property by its name in the item, or as the documentation's example writes it. */
function propertyOf({ catalog }: Image, name: string): unknown {
	const properties = catalog.details.properties as Record<string, unknown>;
	const known = { cloudcover: 'eo:cloud_cover' }[name] ?? name;
	if (!(known in properties)) throw badRequest(`images have no property ${name}`, { property: name });
	return properties[known];
}

const meets = (image: Image, property: string, wanted: Record<string, unknown>) =>
	Object.entries(wanted).every(([operator, value]) => {
		const compare = comparisons[operator];
		if (compare === undefined) throw badRequest(`the operator ${operator} is not known`, { property, operator });
		return compare(propertyOf(image, property) as number, value as number);
	});

/** Whether an image is what a search is for. */
export function isWanted(image: Image, filter: CatalogFilter): boolean {
	const { catalog: { id, details }, orderId, orderItemId } = image;
	const isOne = (value: string, wanted?: string[]) => wanted?.includes(value) ?? true;
	return (
		isOne(id, filter.ids) &&
		isOne(details.id, filter.item_ids) &&
		isOne(details.collection, filter.collections) &&
		isOne(orderId, filter.order_ids) &&
		isOne(orderItemId, filter.order_item_ids) &&
		(filter.bbox === undefined || overlaps(boxOf(filter.bbox), details.bbox as Box)) &&
		(filter.intersects === undefined || overlaps(boxAround(filter.intersects.coordinates), details.bbox as Box)) &&
		(filter.datetime === undefined || isWithin(details.properties.datetime, filter.datetime)) &&
		Object.entries(filter.query ?? {}).every(([property, wanted]) => meets(image, property, wanted))
	);
}

/** By what is asked for, e.g. `[{"datetime": "DESC"}]`; otherwise by identifier, which says nothing about time: no order is promised. */
export function sorted(images: Image[], orders: Array<Record<string, string>> = []): Image[] {
	const keys = orders.flatMap((order) => Object.entries(order));
	return [...images].sort((a, b) => {
		for (const [property, direction] of keys) {
			const [left, right] = [a, b].map((image) => propertyOf(image, property) as string) as [string, string];
			if (left !== right) return left < right === (direction === 'ASC') ? -1 : 1;
		}
		return a.catalog.id < b.catalog.id ? -1 : 1;
	});
}
