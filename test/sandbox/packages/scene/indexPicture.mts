import { PNG } from 'pngjs';
import { sampleBands, side as pixels, vegetationIndex } from './files.mts';
import { createScene } from './landscape.mts';
import { type Colour, paint, writeCaption, written } from './quicklook.mts';

/** Pixels along each side of the map; the legend and the caption stand below it. */
const side = 320;
const [legendHeight, captionHeight] = [28, 30];
const margin = 8;
const barHeight = 8;

/** Three dots wide, five high, row by row. */
const glyphs: Record<string, string> = {
	'0': '####.##.##.####', '1': '.#.##..#..#.###', '2': '###..#####..###', '3': '###..####..####', '4': '#.##.####..#..#',
	'5': '####..###..####', '6': '####..####.####', '7': '###..#..#..#..#', '8': '####.#####.####', '9': '####.####..####',
	'-': '......###......', '.': '.............#.',
};
const glyphWidth = 3;
const dot = 2;
const [ink, paper]: [Colour, Colour] = [[240, 240, 235], [18, 22, 28]];

/** From red over yellow to green; `share` from 0 to 1. */
const colourAt = (share: number): Colour => (share < 0.5 ? [215, Math.round(50 + share * 350), 50] : [Math.round(215 - (share - 0.5) * 380), 200, 60]);

function write(picture: PNG, text: string, left: number, top: number): void {
	[...text].forEach((letter, place) => [...(glyphs[letter] ?? '')].forEach((mark, at) => {
		const [x, y] = [left + (place * (glyphWidth + 1) + (at % glyphWidth)) * dot, top + Math.floor(at / glyphWidth) * dot];
		for (let part = 0; mark === '#' && part < dot * dot; part++) paint(picture, x + (part % dot), y + Math.floor(part / dot), ink);
	}));
}

/** The colours, from the least value to the greatest, with both in numbers. */
function drawLegend(picture: PNG, least: number, greatest: number): void {
	for (let at = 0; at < side * (legendHeight + captionHeight); at++) paint(picture, at % side, side + Math.floor(at / side), paper);
	const length = side - 2 * margin;
	for (let x = 0; x < length; x++) {
		for (let y = 0; y < barHeight; y++) paint(picture, margin + x, side + 4 + y, colourAt(x / (length - 1)));
	}
	const [first, last] = [least.toFixed(2), greatest.toFixed(2)];
	const top = side + 4 + barHeight + 3;
	write(picture, first, margin, top);
	write(picture, last, side - margin - last.length * (glyphWidth + 1) * dot, top);
}

/**
 * An index in colours, its legend drawn in. PNG.
 *
 * @param mode what the colours reach over: what an index can be (`theoretical`), or what it is in this place (`dynamic`)
 */
export async function indexPicture(seed: string, mode: 'dynamic' | 'theoretical'): Promise<Buffer> {
	const index = vegetationIndex(sampleBands(createScene(seed)));
	const [least, greatest] = mode === 'theoretical' ? [-1, 1] : [index.reduce((a, b) => Math.min(a, b)), index.reduce((a, b) => Math.max(a, b))];
	const picture = new PNG({ width: side, height: side + legendHeight + captionHeight });
	for (let at = 0; at < side * side; at++) {
		const [x, y] = [at % side, Math.floor(at / side)];
		const value = index[Math.floor((y * pixels) / side) * pixels + Math.floor((x * pixels) / side)] ?? 0;
		paint(picture, x, y, colourAt((value - least) / (greatest - least)));
	}
	drawLegend(picture, least, greatest);
	writeCaption(picture);
	return written(picture);
}
