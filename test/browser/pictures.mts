import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { Locator, Page } from 'playwright-core';

import { projectRoot, runFolder } from '../n8n/install/projectRoot.mts';

/** Which part of the window to show. */
export interface Crop {
	/** All of these; the whole window by default. */
	of?: Locator | Locator[];
	/** Show this much around them. CSS pixels. */
	margin?: number;
}

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** The smallest box that holds all others. */
function around(boxes: Box[]): Box | undefined {
	if (boxes.length === 0) return undefined;
	const x = Math.min(...boxes.map((box) => box.x));
	const y = Math.min(...boxes.map((box) => box.y));
	const right = Math.max(...boxes.map((box) => box.x + box.width));
	const bottom = Math.max(...boxes.map((box) => box.y + box.height));
	return { x, y, width: right - x, height: bottom - y };
}

/** Takes the pictures of a run. */
export class Pictures {
	private readonly looking = runFolder('screenshots');
	private readonly readme = join(projectRoot(), 'docs', 'images');

	/** @param forReadme whether the README's pictures are made anew; otherwise all go to where they can be looked at */
	constructor(
		private readonly page: Page,
		private readonly forReadme: boolean,
	) {
		mkdirSync(this.looking, { recursive: true });
		if (forReadme) mkdirSync(this.readme, { recursive: true });
	}

	/** Takes a picture that is for looking at. Returns where it is. */
	async take(name: string, crop: Crop = {}): Promise<string> {
		return await this.save(join(this.looking, `${name}.png`), crop);
	}

	/** Takes a picture that the README shows. */
	async takeForReadme(name: string, crop: Crop = {}): Promise<string> {
		return await this.save(join(this.forReadme ? this.readme : this.looking, `${name}.png`), crop);
	}

	private async save(path: string, { of = [], margin = 0 }: Crop): Promise<string> {
		const elements = await Promise.all([of].flat().map((locator) => locator.filter({ visible: true }).all()));
		const boxes = await Promise.all(elements.flat().map((element) => element.boundingBox()));
		const box = around(boxes.filter((each) => each !== null));
		const clip = box && {
			x: Math.max(0, box.x - margin),
			y: Math.max(0, box.y - margin),
			width: box.width + 2 * margin,
			height: box.height + 2 * margin,
		};
		await this.page.screenshot({ path, animations: 'disabled', caret: 'hide', ...(clip && { clip }) });
		return relative(projectRoot(), path);
	}
}
