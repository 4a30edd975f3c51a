import { setImmediate as breathe } from 'node:timers/promises';
import { PNG } from 'pngjs';
import type { Scene } from './landscape.mts';

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

export type Colour = [red: number, green: number, blue: number];

export function paint(picture: PNG, x: number, y: number, colour: Colour): void {
	picture.data.set([...colour, 255], (y * picture.width + x) * 4);
}

/** Writes on the picture itself what it is, since pictures travel without their files. */
export function writeCaption(picture: PNG): void {
	const scale = 2;
	const margin = 4;
	const [columns, rows] = [Math.max(...caption.map((row) => row.length)) + 2 * margin, caption.length + 2 * margin];
	for (let y = 0; y < rows * scale; y++) {
		for (let x = 0; x < columns * scale; x++) {
			const isDot = caption[Math.floor(y / scale) - margin]?.[Math.floor(x / scale) - margin] === '#';
			paint(picture, x, picture.height - rows * scale + y, isDot ? [240, 240, 235] : [18, 22, 28]);
		}
	}
}

/** Brightness from 0 to 255 of a reflectance, with the curve that photographs have. */
const tone = (reflectance: number, brightest: number) => Math.round(255 * Math.min(1, reflectance / brightest) ** 0.7);

export const written = (picture: PNG): Buffer => PNG.sync.write(picture, { colorType: 2, inputHasAlpha: true, filterType: pngFilter });

/** The scene in false colour (near infrared, red, green), as vegetation is usually shown: lush is deep red. PNG. @param side pixels */
export async function quicklook(scene: Scene, side = 512): Promise<Buffer> {
	const picture = new PNG({ width: side, height: side });
	for (let y = 0; y < side; y++) {
		// Other requests must not wait for pictures.
		if (y % 32 === 0) await breathe();
		for (let x = 0; x < side; x++) {
			const [, green = 0, red = 0, , , infrared = 0] = scene((x + 0.5) / side, (y + 0.5) / side);
			paint(picture, x, y, [tone(infrared, 0.55), tone(red, 0.3), tone(green, 0.3)]);
		}
	}
	writeCaption(picture);
	return written(picture);
}
