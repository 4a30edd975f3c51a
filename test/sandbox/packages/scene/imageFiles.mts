import { bands } from './landscape.mts';
import { bandStatistics, cornersOf, type Place, side } from './files.mts';

/** Statistics of each band, as a table. CSV. */
export function statisticsTable(samples: Uint16Array): Buffer {
	const rows = bandStatistics(samples).map(({ name, wavelength, min, max, mean, std }) => [name, wavelength, min, max, mean, std].join(','));
	return Buffer.from(['band,wavelength,min,max,mean,std', ...rows, ''].join('\r\n'));
}

/** Where an image lies. GeoJSON. */
export function footprintFile(name: string, place: Place): Buffer {
	const geometry = { type: 'Polygon', coordinates: [cornersOf(place)] };
	return Buffer.from(`${JSON.stringify({ type: 'Feature', id: name, properties: { sandbox: true }, geometry })}\n`);
}

/** How an image is laid out, as ENVI writes it. */
export function enviHeader(): Buffer {
	const wavelengths = bands.map(({ wavelength }) => wavelength).join(', ');
	return Buffer.from(
		`ENVI\ndescription = { Made by the sandbox, a double of the Pixxel API. This is not satellite data. }\nsamples = ${side}\nlines = ${side}\n` +
		`bands = ${bands.length}\ndata type = 12\ninterleave = bip\nwavelength units = Nanometers\nwavelength = { ${wavelengths} }\n`,
	);
}

export const metadataFile = (name: string): Buffer =>
	Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<metadata><product>${name}</product><note>Made by the sandbox. Not satellite data.</note></metadata>\n`);
