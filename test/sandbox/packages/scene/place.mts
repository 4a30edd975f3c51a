import { createHash } from 'node:crypto';

/** Pixels along each side of a scene's rasters. */
export const side = 128;
/** Metres. */
export const pixelSize = 5;
/** WGS 84 / UTM zone 43N: its EPSG code, and how PROJ writes it. */
export const referenceSystem = { epsg: 32643, proj: '+proj=utm +zone=43 +datum=WGS84 +units=m' };

/** A scene's north-western corner, metres. */
export interface Place {
	easting: number;
	northing: number;
}

/** Where a scene lies: somewhere in western India, the same for the same seed. */
export function placeOf(seed: string): Place {
	const hash = createHash('sha256').update(`place/${seed}`).digest();
	return {
		easting: 400_000 + (hash.readUInt16LE(0) % 4000) * pixelSize,
		northing: 2_300_000 + (hash.readUInt16LE(2) % 4000) * pixelSize,
	};
}
