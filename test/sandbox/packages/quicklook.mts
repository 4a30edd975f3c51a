import { setImmediate as breathe } from 'node:timers/promises';
import { PNG } from 'pngjs';
import type { Scene } from './scene.mts';
import { bands } from './scene.mts';

/** Pixels along each side. */
const side = 512;
/** Rows painted before others get their turn. */
const rowsAtOnce = 32;
/** One filter (Paeth) for all rows: trying each of the five takes three times as long and saves little. */
const pngFilter = 4;

/** Five columns by seven rows each, as in old dot matrix displays. */
const glyphs: Record<string, string> = {
	A: '01110 10001 10001 11111 10001 10001 10001',
	B: '11110 10001 10001 11110 10001 10001 11110',
	D: '11110 10001 10001 10001 10001 10001 11110',
	E: '11111 10000 10000 11110 10000 10000 11111',
	I: '11111 00100 00100 00100 00100 00100 11111',
	L: '10000 10000 10000 10000 10000 10000 11111',
	N: '10001 11001 10101 10101 10011 10001 10001',
	O: '01110 10001 10001 10001 10001 10001 01110',
	P: '11110 10001 10001 11110 10000 10000 10000',
	S: '01111 10000 10000 01110 00001 00001 11110',
	T: '11111 00100 00100 00100 00100 00100 00100',
	X: '10001 10001 01010 00100 01010 10001 10001',
};

function paint(picture: PNG, x: number, y: number, red: number, green: number, blue: number): void {
	const at = (y * side + x) * 4;
	picture.data[at] = red;
	picture.data[at + 1] = green;
	picture.data[at + 2] = blue;
	picture.data[at + 3] = 255;
}

/** Writes on the picture itself what it is, since pictures travel without their files. */
function caption(picture: PNG, text: string): void {
	const scale = 2;
	const [left, top] = [10, side - 28];
	for (let y = top - 8; y < top + 7 * scale + 8; y++) {
		for (let x = left - 4; x < left + text.length * 6 * scale + 4; x++) paint(picture, x, y, 18, 22, 28);
	}
	for (const [index, letter] of [...text].entries()) {
		for (const [row, dots] of (glyphs[letter] ?? '').split(' ').entries()) {
			for (const [column, dot] of [...dots].entries()) {
				if (dot !== '1') continue;
				for (let dy = 0; dy < scale; dy++) {
					for (let dx = 0; dx < scale; dx++) {
						paint(picture, left + (index * 6 + column) * scale + dx, top + row * scale + dy, 240, 240, 235);
					}
				}
			}
		}
	}
}

/** Brightness from 0 to 255 of a reflectance, with the curve that photographs have. */
const tone = (reflectance: number, brightest: number) => Math.round(255 * Math.min(1, reflectance / brightest) ** 0.7);

/** The file of a picture. pngjs emits it as an old-style stream, which Node's own collectors do not take. */
function packed(picture: PNG): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		picture.on('error', reject);
		picture.on('data', (chunk: Buffer) => chunks.push(chunk));
		picture.on('end', () => resolve(Buffer.concat(chunks)));
		picture.pack();
	});
}

/** The scene in false colour (near infrared, red, green), as vegetation is usually shown: lush is deep red. PNG. */
export async function quicklook(scene: Scene): Promise<Buffer> {
	const picture = new PNG({ width: side, height: side, colorType: 2, inputHasAlpha: true, filterType: pngFilter });
	const [infrared, red, green] = [842, 665, 560].map((wavelength) =>
		bands.findIndex((band) => band.wavelength === wavelength),
	);
	for (let y = 0; y < side; y++) {
		// Other requests must not wait for pictures.
		if (y % rowsAtOnce === 0) await breathe();
		for (let x = 0; x < side; x++) {
			const spectrum = scene((x + 0.5) / side, (y + 0.5) / side);
			const at = (band: number | undefined) => spectrum[band ?? 0] ?? 0;
			paint(picture, x, y, tone(at(infrared), 0.55), tone(at(red), 0.3), tone(at(green), 0.3));
		}
	}
	caption(picture, 'SANDBOX  NOT PIXXEL DATA');
	return await packed(picture);
}
