import { createHash } from 'node:crypto';

/** Of the made-up sensor; wavelengths are their centres, in nanometres. */
export const bands = [
	{ name: 'blue', wavelength: 490 },
	{ name: 'green', wavelength: 560 },
	{ name: 'red', wavelength: 665 },
	{ name: 'red edge 1', wavelength: 705 },
	{ name: 'red edge 2', wavelength: 740 },
	{ name: 'near infrared', wavelength: 842 },
];

/** Reflectance (0 to 1) in each band, in the order of `bands`. */
type Spectrum = number[];

const vegetation: Spectrum = [0.03, 0.08, 0.04, 0.14, 0.34, 0.5];
const bareSoil: Spectrum = [0.1, 0.15, 0.21, 0.24, 0.26, 0.29];
const track: Spectrum = [0.22, 0.26, 0.3, 0.32, 0.33, 0.35];
const clearWater: Spectrum = [0.07, 0.06, 0.03, 0.02, 0.015, 0.01];
const siltyWater: Spectrum = [0.13, 0.22, 0.17, 0.13, 0.08, 0.05];

/** Reflectance at a point of the scene; both coordinates run from 0 to 1. */
export type Scene = (x: number, y: number) => Spectrum;

function randomFrom(seed: string): () => number {
	// mulberry32: small, fast and the same everywhere.
	let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const mix = (a: Spectrum, b: Spectrum, share: number): Spectrum =>
	a.map((value, band) => value + ((b[band] ?? 0) - value) * share);

const smooth = (from: number, to: number, value: number) => {
	const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
	return t * t * (3 - 2 * t);
};

/** Value noise: random values on a grid, blended smoothly. */
function noiseFrom(random: () => number): (x: number, y: number) => number {
	const side = 64;
	const grid = Float64Array.from({ length: side * side }, random);
	const at = (column: number, row: number) => grid[(row & (side - 1)) * side + (column & (side - 1))] ?? 0;
	return (x, y) => {
		const column = Math.floor(x);
		const row = Math.floor(y);
		const u = smooth(0, 1, x - column);
		const v = smooth(0, 1, y - row);
		const upper = at(column, row) * (1 - u) + at(column + 1, row) * u;
		const lower = at(column, row + 1) * (1 - u) + at(column + 1, row + 1) * u;
		return upper * (1 - v) + lower * v;
	};
}

/** Fields between tracks, each with its own crop and its own rows; both coordinates run in all directions. */
function createFields(random: () => number, noise: (x: number, y: number) => number): Scene {
	const fields = 256;
	const vigours = Float64Array.from({ length: fields }, () => (random() < 0.22 ? random() * 0.2 : 0.35 + random() * 0.65));
	const [width, height] = [0.11 + random() * 0.05, 0.15 + random() * 0.06];
	return (x, y) => {
		const row = Math.floor(y / height);
		// As with bricks, so that the tracks do not cross the whole scene.
		const along = x / width + row * 0.37;
		const column = Math.floor(along);
		const edge = Math.min((along - column) * width, (column + 1 - along) * width, y - row * height, (row + 1) * height - y);
		if (edge < 0.003) return track;
		const field = (column * 31 + row * 57) & (fields - 1);
		const patches = noise(x * 14, y * 14) * 0.6 + noise(x * 47 + 9, y * 47) * 0.4;
		const rows = Math.sin((field % 2 === 0 ? x : y) * 420) * 0.05;
		const cover = (vigours[field] ?? 0) * (0.72 + patches * 0.4) + rows;
		return mix(bareSoil, vegetation, Math.min(1, Math.max(0, cover)));
	};
}

/** A made-up landscape: fields between tracks, a river and a silty pond. The same for the same seed. */
export function createScene(seed: string): Scene {
	const random = randomFrom(seed);
	const noise = noiseFrom(random);
	const fields = createFields(random, noise);
	const tilt = (random() - 0.5) * 0.9;
	const riverAt = 0.25 + random() * 0.5;
	const riverPhase = random() * 6;
	const pond = { x: 0.15 + random() * 0.7, y: 0.15 + random() * 0.7, size: 0.09 + random() * 0.05 };
	return (x, y) => {
		const bend = 0.09 * Math.sin(y * 7 + riverPhase) + 0.04 * Math.sin(y * 17 + riverPhase * 2);
		const toRiver = Math.abs(x - (riverAt + bend)) - 0.008 - noise(3, y * 9) * 0.008;
		const shore = 0.75 + noise(x * 9 + 31, y * 9 + 17) * 0.5;
		const toPond = Math.hypot(x - pond.x, (y - pond.y) * 1.25) / (pond.size * shore);
		let spectrum = fields(x * Math.cos(tilt) - y * Math.sin(tilt), x * Math.sin(tilt) + y * Math.cos(tilt));
		// Trees along the river, bare ground around the pond.
		spectrum = mix(vegetation, spectrum, smooth(0.002, 0.02, toRiver));
		spectrum = mix(spectrum, bareSoil, 1 - smooth(1.1, 1.6, toPond));
		if (toRiver < 0) spectrum = clearWater;
		if (toPond < 1) spectrum = mix(siltyWater, clearWater, smooth(1, 0.1, toPond) * 0.55);
		const grain = 0.96 + noise(x * 311, y * 311) * 0.08;
		return spectrum.map((value) => value * grain);
	};
}
