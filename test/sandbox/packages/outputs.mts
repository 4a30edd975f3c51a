import { createHash } from 'node:crypto';
import { bands } from './scene/landscape.mts';

/** What a block says of one of its outputs: what the API answers with, and what lies beside the output in a package. */
export interface OutputDescription {
	name: string;
	display_name: string;
	description: string;
	format: 'raster' | 'vector' | 'tabular' | 'number' | 'string' | 'date';
	/** `url` of what has a file. */
	type: string;
	/** Of a file, its address in storage. Numbers come as numbers or, in newer blocks, as text. */
	value: string | number;
	group: string;
	default: null;
	is_artifact: boolean;
	metadata: Record<string, unknown>;
	properties: Record<string, unknown>;
}

/** An output's name and its file's; without a file, the value stands in the description. */
const files = { reflectance: 'result.tif', ndvi: 'result.tif', zones: 'zones.geojson', statistics: 'statistics.csv' } as const;

/** Where an output lies in a package, below `outputs/`. */
export const folderOf = ({ group, name }: Pick<OutputDescription, 'group' | 'name'>) => ['outputs', group, name].filter(Boolean).join('/');

/** The file of an output; undefined: it has none. */
export const fileOf = ({ name }: Pick<OutputDescription, 'name'>): string | undefined => files[name as keyof typeof files];

type Kind = [name: string, display_name: string, format: OutputDescription['format'], type: string, group: string, description: string];

const kinds: Kind[] = [
	['reflectance', 'Surface reflectance', 'raster', 'url', '', 'Reflectance in six bands, times 10,000'],
	['ndvi', 'Vegetation index', 'raster', 'url', 'indices', 'NDVI of each pixel, from -1 to 1'],
	['zones', 'Zones', 'vector', 'url', 'indices', 'Mean NDVI of square zones'],
	['statistics', 'Statistics', 'tabular', 'url', '', 'Reflectance of each band'],
	['cloud_cover', 'Cloud cover', 'number', 'float', 'summary', 'Share of the area under clouds, percent'],
	['image_count', 'Images', 'number', 'int', 'summary', 'How many images were used'],
	['assessment', 'Assessment', 'string', 'str', 'summary', 'What the block makes of it'],
	['observed_on', 'Observed on', 'date', 'str', 'summary', 'The day of the image'],
];

/** The outputs of a task, a job or an insight, the same for the same identifier. */
export function describeOutputs(id: string): OutputDescription[] {
	const drawn = createHash('sha256').update(`outputs/${id}`).digest();
	const values: Record<string, string | number> = {
		cloud_cover: drawn.readUInt8(0) / 10,
		image_count: String((drawn.readUInt8(3) % 5) + 1),
		assessment: drawn.readUInt8(1) % 2 === 0 ? 'stable' : 'to be watched',
		observed_on: `2025-04-${String((drawn.readUInt8(2) % 28) + 1).padStart(2, '0')}`,
	};
	return kinds.map(([name, display_name, format, type, group, description]) => ({
		name,
		display_name,
		description,
		format,
		type,
		value: values[name] ?? `s3://sandbox-not-pixxel/${id}/${folderOf({ group, name })}/${fileOf({ name })}`,
		group,
		default: null,
		is_artifact: type === 'url',
		metadata: { sandbox: true },
		properties: format === 'raster' ? { bands: bands.map((band) => band.name), source: 'sandbox', collection: 'sandbox', dtype: name === 'ndvi' ? 'float32' : 'uint16' } : {},
	}));
}
