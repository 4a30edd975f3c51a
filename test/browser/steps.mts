import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { Locator } from 'playwright-core';

import { projectRoot, runFolder } from '../n8n/install/projectRoot.mts';
import { Checks } from '../n8n/process/checks.mts';
import { wordsOf } from '../n8n/process/shutdown.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import type { N8nEditor } from './n8nEditor.mts';

/** Ends a part: what follows in it builds on the step that failed. */
class PartEnded extends Error {}

const MOST_MS = 180_000;
/** As much of a message as helps to see what went wrong. */
const SHOWN_LINES = 8;

/** What a person does and sees, one after the other; and pictures of it: one of each step's end, some for the README. */
export class Steps {
	readonly checks: Checks;
	private readonly looking = runFolder('screenshots');
	private readonly readme: string;
	private taken = 0;

	/** @param forReadme whether the README's pictures are made anew; otherwise all go to where they can be looked at */
	constructor(
		private readonly editor: N8nEditor,
		private readonly say: Report,
		forReadme: boolean,
	) {
		this.checks = new Checks(say, MOST_MS);
		this.readme = forReadme ? join(projectRoot(), 'docs', 'images') : this.looking;
		for (const folder of [this.looking, this.readme]) mkdirSync(folder, { recursive: true });
	}

	/** Steps that build on each other: the first that fails is the last. The next part is done all the same. */
	async part(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (!(error instanceof PartEnded)) throw error;
			this.say('  The rest of this part was left out.');
		}
	}

	/** Does one step, and prints how it went. */
	async step(name: string, work: () => Promise<void>): Promise<void> {
		const holds = await this.checks.check(name, async () => {
			try {
				await work();
				await this.editor.calm();
				await this.look(name);
			} catch (error) {
				const picture = await this.look(`failed ${name}`).catch(() => 'could not be taken');
				throw new Error(`${wordsOf(error).split('\n').slice(0, SHOWN_LINES).join('\n')}\nPicture: ${picture}`, { cause: error });
			}
		});
		if (!holds) throw new PartEnded();
	}

	/** Takes a picture of the window, to be looked at. Answers where it is. */
	async look(name: string): Promise<string> {
		const place = String(++this.taken).padStart(2, '0');
		const path = join(this.looking, `${place}-${name.replaceAll(/\W+/g, '-').slice(0, 60)}.png`);
		await this.save(path);
		return relative(projectRoot(), path);
	}

	/** Takes a picture that the README shows: of some parts of the window, and so many CSS pixels around them. */
	async takeForReadme(name: string, parts: Locator[], margin = 0): Promise<void> {
		await this.editor.calm();
		const elements = await Promise.all(parts.map((locator) => locator.filter({ visible: true }).all()));
		const boxes = (await Promise.all(elements.flat().map((element) => element.boundingBox()))).filter((box) => box !== null);
		const x = Math.max(0, Math.min(...boxes.map((box) => box.x)) - margin);
		const y = Math.max(0, Math.min(...boxes.map((box) => box.y)) - margin);
		const width = Math.max(...boxes.map((box) => box.x + box.width)) + margin - x;
		const height = Math.max(...boxes.map((box) => box.y + box.height)) + margin - y;
		await this.save(join(this.readme, `${name}.png`), { x, y, width, height });
	}

	private async save(path: string, clip?: { x: number; y: number; width: number; height: number }): Promise<void> {
		await this.editor.page.screenshot({ path, animations: 'disabled', caret: 'hide', clip });
	}
}
