import { analystId, bandNames, firstImageMs, placeOf, type Position, squareAround } from './areas.mts';
import { imageId, orderItemId, uuidOf } from './wellKnown.mts';

const dayMs = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const day = (ms: number) => iso(ms).slice(0, 10).replaceAll('-', '');

/** An image, and what the API knows of it but does not show. */
export interface Image {
	catalog: ReturnType<typeof catalogOf>;
	orderId: string;
	orderItemId: string;
}

/** As Pixxel names its images: satellite, product, the day it was taken, level, the day it was processed, tile. */
const nameOf = (number: number, takenMs: number) => `TD2_${String(650 + number).padStart(6, '0')}_${day(takenMs)}_L2A_${day(takenMs + dayMs)}_01001067`;

const bandWavelengths = [490, 560, 665, 705, 740, 842];

function assetsOf(name: string) {
	const href = (rest: string) => `s3://sandbox-not-pixxel/images/${name}${rest}`;
	return {
		image: {
			href: href('.tif'),
			title: 'Image',
			type: 'image/tiff; application=geotiff',
			roles: ['data'],
			'eo:bands': bandNames.map((band, index) => ({ name: band, common_name: band, center_wavelength: bandWavelengths[index] ?? 0, fwhm: 20 })),
		},
		thumbnail: { href: href('_thumbnail.png'), title: 'Thumbnail', type: 'image/png', roles: ['thumbnail'] },
	};
}

/** `clerk.STACItem` */
function itemOf(number: number, takenMs: number) {
	const name = nameOf(number, takenMs);
	const place: Position = placeOf(number);
	const geometry = squareAround(place);
	const [[west, south], , [east, north]] = geometry.coordinates[0] as [number[], number[], number[]];
	return {
		id: name,
		type: 'Feature',
		stac_version: '1.0.0',
		stac_extensions: ['https://stac-extensions.github.io/eo/v1.1.0/schema.json'],
		collection: number % 3 === 0 ? 'pixxel-l2a-open' : 'pixxel-l2a',
		bbox: [west, south, east, north] as number[],
		geometry,
		links: [],
		assets: assetsOf(name),
		properties: {
			datetime: iso(takenMs),
			created: iso(takenMs + dayMs),
			updated: iso(takenMs + dayMs),
			constellation: 'pixxel',
			platform: 'pixxel-td2',
			instruments: ['hyperspectral'],
			gsd: 5,
			'eo:cloud_cover': (number * 7) % 40,
			'proj:epsg': 32643,
			'view:off_nadir': number % 15,
			'view:sun_elevation': 55.5,
		},
	};
}

/** `clerk.Catalog` */
const catalogOf = (number: number, takenMs: number, createdMs: number) => ({
	id: imageId(number),
	area: 1.16,
	bandset_id: uuidOf('bandset'),
	task_id: uuidOf(`order task/${number}`),
	delivery_status: 'SUCCESS',
	details: itemOf(number, takenMs),
	org_id: uuidOf('organisation'),
	created_at: iso(createdMs),
	created_by: analystId,
	updated_at: iso(createdMs),
	updated_by: analystId,
});

/** @param createdMs when it came into the catalog; two days after it was taken, unless it comes now */
export const imageOf = (number: number, takenMs: number, createdMs = takenMs + 2 * dayMs): Image => ({
	catalog: catalogOf(number, takenMs, createdMs),
	orderId: uuidOf(`order/${Math.floor(number / 5)}`),
	orderItemId: orderItemId(number),
});

/** 30 of them, one every five days, five in each order. */
export function firstImages(): Map<string, Image> {
	const images = Array.from({ length: 30 }, (_none, number) => imageOf(number, firstImageMs + number * 5 * dayMs));
	return new Map(images.map((image) => [image.catalog.id, image]));
}
