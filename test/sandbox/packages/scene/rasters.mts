import { side } from './place.mts';
import type { Scene } from './scene.mts';
import { bands } from './scene.mts';

/** Reflectance is stored as whole numbers, as image providers do. */
export const reflectanceScale = 10_000;

/** Reflectance of the whole scene, pixel by pixel, the bands of a pixel side by side. */
export function sampleBands(scene: Scene): Uint16Array {
	const samples = new Uint16Array(side * side * bands.length);
	for (let row = 0; row < side; row++) {
		for (let column = 0; column < side; column++) {
			const spectrum = scene((column + 0.5) / side, (row + 0.5) / side);
			samples.set(
				spectrum.map((value) => Math.round(value * reflectanceScale)),
				(row * side + column) * bands.length,
			);
		}
	}
	return samples;
}

/** The vegetation index (NDVI) of each pixel, from -1 (water) to 1 (lush). */
export function vegetationIndex(samples: Uint16Array): Float32Array {
	const [red = 0, infrared = 0] = ['red', 'near infrared'].map((name) => bands.findIndex((band) => band.name === name));
	return Float32Array.from({ length: side * side }, (_none, pixel) => {
		const at = (band: number) => samples[pixel * bands.length + band] ?? 0;
		return (at(infrared) - at(red)) / (at(infrared) + at(red));
	});
}
