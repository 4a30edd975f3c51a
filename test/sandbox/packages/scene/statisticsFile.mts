import { max, mean, min, standardDeviation } from 'simple-statistics';
import { side } from './place.mts';
import { reflectanceScale } from './rasters.mts';
import { bands } from './scene.mts';

/** Minimum, maximum, mean and standard deviation of each band, as a person would look at them first. JSON. */
export function statisticsFile(samples: Uint16Array, id: string): Buffer {
	const statistics = bands.map((band, index) => {
		const values = [...samples.filter((_sample, at) => at % bands.length === index)].map((value) => value / reflectanceScale);
		const round = (value: number) => Number(value.toFixed(4));
		return {
			...band,
			min: round(min(values)),
			max: round(max(values)),
			mean: round(mean(values)),
			std: round(standardDeviation(values)),
		};
	});
	const text = JSON.stringify(
		{
			note: 'Made by the sandbox, a double of the Pixxel API. This is not satellite data.',
			id,
			unit: 'surface reflectance',
			scale: reflectanceScale,
			width: side,
			height: side,
			bands: statistics,
		},
		null,
		2,
	);
	return Buffer.from(`${text}\n`);
}
