import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { Locator, Page } from 'playwright-core';

import { projectRoot, runFolder } from '../n8n/projectRoot.mts';

/** More than this is cut off below, where a panel is mostly empty. CSS pixels. */
interface Crop {
	/** What to show; the whole window by default. */
	of?: Locator;
	/** Show at most this much of its height. */
	height?: number;
	/** Show this much around it. */
	margin?: number;
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

	private async save(path: string, { of, height, margin = 0 }: Crop): Promise<string> {
		const box = await of?.boundingBox();
		await this.page.screenshot({
			path,
			animations: 'disabled',
			caret: 'hide',
			...(box && {
				clip: {
					x: Math.max(0, box.x - margin),
					y: Math.max(0, box.y - margin),
					width: box.width + 2 * margin,
					height: Math.min(box.height, height ?? Infinity) + 2 * margin,
				},
			}),
		});
		return relative(projectRoot(), path);
	}
}
