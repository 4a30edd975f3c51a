import { NAMES } from './contenders.mts';
import type { Result } from './situations.mts';

const WIDTH = 720;
const LABEL_WIDTH = 160;
const VALUE_WIDTH = 90;
const BAR_HEIGHT = 22;
const ROW_HEIGHT = 30;
const TITLE_HEIGHT = 34;
const MARGIN = 16;

/** Readable on white and on black; the rest follows the reader's theme. */
const STYLE = `
	text { font: 14px system-ui, sans-serif; fill: #24292f; }
	.title { font-weight: 600; }
	.ours { fill: #e8590c; }
	.theirs { fill: #7d8590; }
	@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }
`;

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function bar(result: Result, fastest: number, top: number): string {
	const speed = result.bytes / result.seconds;
	const length = Math.max(1, (speed / fastest) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH - 2 * MARGIN));
	const textY = top + BAR_HEIGHT / 2 + 5;
	const left = MARGIN + LABEL_WIDTH;
	return `<text x="${left - 10}" y="${textY}" text-anchor="end">${escape(NAMES[result.contender])}</text>
<rect class="${result.contender === 'pixxel' ? 'ours' : 'theirs'}" x="${left}" y="${top}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" rx="3"/>
<text x="${(left + length + 8).toFixed(1)}" y="${textY}">${(speed / 1e6).toFixed(0)} MB/s</text>`;
}

/** A bar chart of how fast each contender was, one group of bars for each situation. */
export function speedChart(results: Result[]): string {
	const titles = [...new Set(results.map(({ title }) => title))];
	const parts: string[] = [];
	let top = MARGIN;
	for (const title of titles) {
		const group = results.filter((result) => result.title === title);
		const fastest = Math.max(...group.map(({ bytes, seconds }) => bytes / seconds));
		parts.push(`<text class="title" x="${MARGIN}" y="${top + 16}">${escape(title)}</text>`);
		top += TITLE_HEIGHT;
		for (const result of group) {
			parts.push(bar(result, fastest, top));
			top += ROW_HEIGHT;
		}
		top += MARGIN;
	}
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" aria-label="Speed of each contender">
<style>${STYLE}</style>
${parts.join('\n')}
</svg>
`;
}
