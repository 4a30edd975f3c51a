import { bandsFileSide, reflectanceScale } from './bandsFile.mts';
import { bands } from './scene.mts';

/** Minimum, maximum, mean and standard deviation of each band, as a person would look at them first. JSON. */
export function statisticsFile(samples: Uint16Array, id: string): Buffer {
	const statistics = bands.map((band, index) => {
		let [min, max, sum, squares, count] = [Infinity, -Infinity, 0, 0, 0];
		for (let at = index; at < samples.length; at += bands.length) {
			const value = (samples[at] ?? 0) / reflectanceScale;
			min = Math.min(min, value);
			max = Math.max(max, value);
			sum += value;
			squares += value * value;
			count += 1;
		}
		const mean = sum / count;
		const std = Math.sqrt(Math.max(0, squares / count - mean * mean));
		const round = (value: number) => Number(value.toFixed(4));
		return { ...band, min: round(min), max: round(max), mean: round(mean), std: round(std) };
	});
	const text = JSON.stringify(
		{
			note: 'Made by the sandbox, a double of the Pixxel API. This is not satellite data.',
			id,
			unit: 'surface reflectance',
			scale: reflectanceScale,
			width: bandsFileSide,
			height: bandsFileSide,
			bands: statistics,
		},
		null,
		2,
	);
	return Buffer.from(`${text}\n`);
}
