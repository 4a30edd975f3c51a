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

/** What the picture is, in dots. */
const caption = [
	' ####  ###  #   # ####  ####   ###  #   #             #   #  ###  #####       ####  ##### #   # #   # ##### #           ####   ###  #####  ###',
	'#     #   # ##  # #   # #   # #   # #   #             ##  # #   #   #         #   #   #   #   # #   # #     #           #   # #   #   #   #   #',
	'#     #   # # # # #   # #   # #   #  # #              # # # #   #   #         #   #   #    # #   # #  #     #           #   # #   #   #   #   #',
	' ###  ##### # # # #   # ####  #   #   #               # # # #   #   #         ####    #     #     #   ####  #           #   # #####   #   #####',
	'    # #   # #  ## #   # #   # #   #  # #              #  ## #   #   #         #       #    # #   # #  #     #           #   # #   #   #   #   #',
	'    # #   # #   # #   # #   # #   # #   #             #   # #   #   #         #       #   #   # #   # #     #           #   # #   #   #   #   #',
	'####  #   # #   # ####  ####   ###  #   #             #   #  ###    #         #     ##### #   # #   # ##### #####       ####  #   #   #   #   #',
];

function paint(picture: PNG, x: number, y: number, colour: [red: number, green: number, blue: number]): void {
	picture.data.set([...colour, 255], (y * side + x) * 4);
}

/** Writes on the picture itself what it is, since pictures travel without their files. */
function writeCaption(picture: PNG): void {
	const scale = 2;
	const margin = 4;
	const [columns, rows] = [Math.max(...caption.map((row) => row.length)) + 2 * margin, caption.length + 2 * margin];
	for (let y = 0; y < rows * scale; y++) {
		for (let x = 0; x < columns * scale; x++) {
			const isDot = caption[Math.floor(y / scale) - margin]?.[Math.floor(x / scale) - margin] === '#';
			paint(picture, x, side - rows * scale + y, isDot ? [240, 240, 235] : [18, 22, 28]);
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
			paint(picture, x, y, [tone(at(infrared), 0.55), tone(at(red), 0.3), tone(at(green), 0.3)]);
		}
	}
	writeCaption(picture);
	return await packed(picture);
}
