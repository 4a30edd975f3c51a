import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { visualizations } from '../api/lists/areas';
import { takeFirst } from '../api/lists/paging';
import { NOT_AS_DOCUMENTED } from '../api/readAnswer';
import { Failure } from '../errors/Failure';
import { dayOf } from '../item/parameters/dates';
import { readId, requireIds } from '../item/parameters/ids';
import { type ItemRun, perItem } from '../item/perItem';
import { selectedName } from '../item/parameters/selectedName';
import { inFileName } from '../transfer/fileNames';

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** As Pixxel's documentation has days in this call: "2024_05_06". */
const asPixxelWrites = (day: string) => day.replaceAll('-', '_');

/** Draws a visualization of one day, legend included, and puts the picture into the item's binary field. */
export const getPicture = perItem(
	(context) => {
		requireIds(context, ['aoiId', 'visualizationId']);
		readDay(context);
		readLegend(context);
	},
	async (item) => {
		const { context, pixxel, request } = item;
		const [day, legend, visualizationId] = [readDay(context), readLegend(context), readId(context, 'visualizationId')];
		const indexId = await indexOf(item, visualizationId);
		const body = { index_id: indexId, date: asPixxelWrites(day), visualization_mode: legend };
		const picture = await pixxel.call({ ...request, body, encoding: 'arraybuffer' });
		if (!Buffer.isBuffer(picture) || !picture.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) {
			throw new Failure('Pixxel answered with something else than a PNG picture', NOT_AS_DOCUMENTED);
		}
		const name = inFileName(selectedName(context, 'visualizationId') ?? visualizationId);
		const property = String(context.getNodeParameter('outputPropertyName', 'data'));
		const json: IDataObject = { aoi_id: readId(context, 'aoiId'), visualization_id: visualizationId, index_id: indexId, date: day, legend };
		return [{ json, binary: { [property]: await context.helpers.prepareBinaryData(picture, `${name}-${day}.png`, 'image/png') } }];
	},
);

/** The index that a visualization shows: the picture's call wants it, and no user knows it. */
async function indexOf({ context, pixxel, request }: ItemRun, visualizationId: string): Promise<string> {
	const url = `/v0/aois/${encodeURIComponent(readId(context, 'aoiId'))}/visualizations`;
	const list = visualizations(pixxel, { ...request, method: 'GET', url, qs: { visualization_id: visualizationId } });
	// The filter may be passed over: what counts is the ID.
	const all = await takeFirst(list, Infinity);
	const index = all.find(({ id }) => id === visualizationId)?.index_id;
	if (typeof index === 'string' && index !== '') return index;
	throw new Failure('This area of interest has no such visualization', 'Pick one from the list. An ID belongs to one area of interest, and may have been deleted in Aurora.');
}

function readDay(context: IExecuteSingleFunctions): string {
	const day = dayOf(context.getNodeParameter('date', ''));
	if (day !== undefined) return day;
	throw new Failure('"Date" is not a date', 'Give a day as in 2026-01-31. If it comes from an expression, that found nothing for this item, or something else.');
}

function readLegend(context: IExecuteSingleFunctions): 'dynamic' | 'theoretical' {
	const legend: unknown = context.getNodeParameter('legend', 'dynamic');
	if (legend === 'dynamic' || legend === 'theoretical') return legend;
	throw new Failure('"Legend" is neither "dynamic" nor "theoretical"', 'Choose one from the list; an expression must give one of these words.');
}
