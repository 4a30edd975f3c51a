import { createHash } from 'node:crypto';

/** A band of the made-up sensor. */
export interface Band {
	name: string;
	/** Centre, nanometres. */
	wavelength: number;
}

export const bands: Band[] = [
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

interface Parcel {
	left: number;
	top: number;
	right: number;
	bottom: number;
	/** 0 (bare) to 1 (lush). */
	vigour: number;
	/** Direction of the rows, radians. */
	rows: number;
	/** Centre-pivot irrigation: crop inside the circle only. */
	pivot: boolean;
}

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

function divide(random: () => number, left: number, top: number, right: number, bottom: number): Parcel[] {
	const width = right - left;
	const height = bottom - top;
	if (Math.max(width, height) < 0.16 || (Math.max(width, height) < 0.3 && random() < 0.25)) {
		const vigour = random() < 0.22 ? random() * 0.2 : 0.35 + random() * 0.65;
		const square = Math.max(width, height) / Math.min(width, height) < 1.35;
		return [
			{ left, top, right, bottom, vigour, rows: random() < 0.5 ? 0 : Math.PI / 2, pivot: square && random() < 0.45 },
		];
	}
	const cut = 0.35 + random() * 0.3;
	if (width > height) {
		const middle = left + width * cut;
		return [...divide(random, left, top, middle, bottom), ...divide(random, middle, top, right, bottom)];
	}
	const middle = top + height * cut;
	return [...divide(random, left, top, right, middle), ...divide(random, left, middle, right, bottom)];
}

/**
 * A made-up landscape: parcels between tracks, some irrigated in circles, a river and a silty pond. The same for the same seed.
 */
export function createScene(seed: string): Scene {
	const random = randomFrom(seed);
	const parcels = divide(random, -0.6, -0.6, 1.6, 1.6);
	const noise = noiseFrom(random);
	const tilt = (random() - 0.5) * 0.9;
	const riverAt = 0.25 + random() * 0.5;
	const riverPhase = random() * 6;
	const pond = { x: 0.15 + random() * 0.7, y: 0.15 + random() * 0.7, size: 0.09 + random() * 0.05 };
	let latest: Parcel | undefined;

	function parcelAt(x: number, y: number): Parcel | undefined {
		const holds = (parcel: Parcel) => x >= parcel.left && x < parcel.right && y >= parcel.top && y < parcel.bottom;
		if (latest === undefined || !holds(latest)) latest = parcels.find(holds);
		return latest;
	}

	function landAt(x: number, y: number): Spectrum {
		const u = 0.5 + (x - 0.5) * Math.cos(tilt) - (y - 0.5) * Math.sin(tilt);
		const v = 0.5 + (x - 0.5) * Math.sin(tilt) + (y - 0.5) * Math.cos(tilt);
		const parcel = parcelAt(u, v);
		if (parcel === undefined) return bareSoil;
		const { left, top, right, bottom } = parcel;
		const edge = Math.min(u - left, right - u, v - top, bottom - v);
		if (edge < 0.003) return track;
		const patches = noise(u * 14, v * 14) * 0.6 + noise(u * 47 + 9, v * 47) * 0.4;
		const rows = Math.sin((u * Math.cos(parcel.rows) + v * Math.sin(parcel.rows)) * 420) * 0.05;
		let cover = parcel.vigour * (0.72 + patches * 0.4) + rows;
		if (parcel.pivot) {
			const radius = Math.min(right - left, bottom - top) * 0.47;
			const dx = u - (left + right) / 2;
			const dy = v - (top + bottom) / 2;
			const wedge = 0.85 + 0.15 * Math.sin(Math.atan2(dy, dx) * 3 + parcel.left * 40);
			cover = Math.hypot(dx, dy) < radius ? cover * wedge : 0.08 + patches * 0.15;
		}
		return mix(bareSoil, vegetation, Math.min(1, Math.max(0, cover)));
	}

	return (x, y) => {
		const bend = 0.09 * Math.sin(y * 7 + riverPhase) + 0.04 * Math.sin(y * 17 + riverPhase * 2);
		const toRiver = Math.abs(x - (riverAt + bend)) - 0.008 - noise(3, y * 9) * 0.008;
		const shore = 0.75 + noise(x * 9 + 31, y * 9 + 17) * 0.5;
		const toPond = Math.hypot(x - pond.x, (y - pond.y) * 1.25) / (pond.size * shore);
		let spectrum = landAt(x, y);
		// Trees along the river, bare ground around the pond.
		spectrum = mix(vegetation, spectrum, smooth(0.002, 0.02, toRiver));
		spectrum = mix(spectrum, bareSoil, 1 - smooth(1.1, 1.6, toPond));
		if (toRiver < 0) spectrum = clearWater;
		if (toPond < 1) spectrum = mix(siltyWater, clearWater, smooth(1, 0.1, toPond) * 0.55);
		const grain = 0.96 + noise(x * 311, y * 311) * 0.08;
		return spectrum.map((value) => value * grain);
	};
}
