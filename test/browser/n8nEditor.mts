import type { Locator, Page } from 'playwright-core';

import { seeUntil } from './seen.mts';

/** n8n's canvas moves into place after it has loaded, and takes no double click before. */
const CANVAS_SETTLES_MS = 1_500;
/** Running a node, from the click to its output. */
const EXECUTION_MS = 30_000;

const firstLines = (texts: string[]) => texts.map((text) => (text.split('\n')[0] ?? '').trim());

/** Uses n8n's editor as a person does. */
export class N8nEditor {
	constructor(
		readonly page: Page,
		readonly url: string,
	) {}

	/** An element by n8n's own name for it. */
	part(testId: string, inside: Page | Locator = this.page): Locator {
		return inside.getByTestId(testId);
	}

	async signIn(email: string, password: string): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.fill('input[name="emailOrLdapLoginId"]', email);
		await this.page.fill('input[name="password"]', password);
		await this.part('form-submit-button').click();
		await this.page.waitForURL(/\/(home|workflow)/);
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.part('canvas-node').first().waitFor();
		await this.page.waitForTimeout(CANVAS_SETTLES_MS);
	}

	/** Types into the node panel's search, on an empty canvas, until it shows the node. Returns the panel. */
	async searchNodePanel(text: string): Promise<Locator> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.part('canvas-plus-button').click();
		const panel = this.part('node-creator');
		await this.part('node-creator-search-bar', panel).pressSequentially(text);
		const found = this.part('node-creator-item-name', panel);
		await seeUntil(`Pixxel for "${text}"`, () => found.allInnerTexts(), (names) => names.some((name) => name.trim() === 'Pixxel'));
		return panel;
	}

	/** All that is drawn on the canvas, for a picture. */
	drawing(): Locator[] {
		return [this.part('canvas-node'), this.part('canvas-handle-plus')];
	}

	async openNode(name: string): Promise<void> {
		await this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
		await this.panel().waitFor();
		await this.part('node-parameters').waitFor();
	}

	panel(): Locator {
		return this.part('ndv');
	}

	/** The parameters and the output of the open panel, for a picture. */
	parametersAndOutput(): Locator[] {
		return [this.part('tab-params'), this.part('node-parameters'), this.part('output-panel')];
	}

	async fields(): Promise<string[]> {
		// The panel's Settings are in the page as well, out of sight.
		const labels = await this.part('input-label', this.part('node-parameters')).filter({ visible: true }).allInnerTexts();
		return firstLines(labels);
	}

	/** The entries of the drop-down list that is open, or those with a text. */
	choices(hasText?: string): Locator {
		return this.page.locator('[role="option"]:visible').filter({ hasText });
	}

	async choiceTexts(): Promise<string[]> {
		return firstLines(await this.choices().allInnerTexts());
	}

	/** Opens the list of a panel's options or filters, and answers with them. */
	async addable(): Promise<string[]> {
		await this.part('collection-parameter-add').locator('input').first().click();
		return await seeUntil('what can be added', () => this.choiceTexts(), (texts) => texts.length > 0);
	}

	async openChoice(parameter: string): Promise<void> {
		await this.part(`parameter-input-${parameter}`).locator('input').first().click();
		await this.choices().first().waitFor();
	}

	async choose(parameter: string, option: string): Promise<void> {
		await this.openChoice(parameter);
		await this.choices().filter({ has: this.page.getByText(option, { exact: true }) }).first().click();
		await seeUntil('the list close', () => this.choices().count(), (count) => count === 0);
	}

	async closeChoices(): Promise<void> {
		// Not with Escape, which closes the node as well.
		await this.part('tab-params').click();
		await seeUntil('the list close', () => this.choices().count(), (count) => count === 0);
	}

	async openList(parameter: string): Promise<void> {
		await this.part('rlc-input', this.part(`resource-locator-${parameter}`)).click();
	}

	async closeList(): Promise<void> {
		await this.part('tab-params').click();
		await seeUntil('the list close', () => this.listTrouble().count(), (count) => count === 0);
	}

	async listed(): Promise<string[]> {
		return (await this.part('rlc-item').allInnerTexts()).map((text) => text.trim());
	}

	/** What a list says instead of showing entries. */
	listTrouble(): Locator {
		return this.part('rlc-error-container').filter({ visible: true });
	}

	/** Picks the first entry that has this text, and makes sure that it stands in the field. */
	async pick(parameter: string, entry: string): Promise<void> {
		await this.part('rlc-item').filter({ hasText: entry }).first().click();
		const field = this.part('rlc-input', this.part(`resource-locator-${parameter}`));
		await seeUntil(`"${entry}" in the field`, () => field.inputValue(), (value) => value.includes(entry));
	}

	/** Presses the panel's button and waits until there is output, or an error in its place. */
	async execute(): Promise<void> {
		await this.part('node-execute-button').click();
		const output = this.part('output-panel');
		const outcome = this.part('node-run-status-success', output).or(this.part('node-error-message', output));
		await outcome.first().waitFor({ timeout: EXECUTION_MS });
	}

	async showOutputAs(form: 'schema' | 'table' | 'json' | 'binary'): Promise<void> {
		await this.part(`radio-button-${form}`, this.part('output-panel')).click();
	}

	/** Presses the canvas' button and waits until as many nodes as wanted show how they ended. */
	async executeWorkflow(nodes: number): Promise<void> {
		await this.part('execute-workflow-button').first().click();
		const ended = this.part('canvas-node-status-success').or(this.part('canvas-node-status-error'));
		await seeUntil(`${nodes} nodes done`, () => ended.count(), (count) => count >= nodes, EXECUTION_MS);
	}

	async toasts(): Promise<string> {
		return (await this.page.locator('.el-notification:visible').allInnerTexts()).join('\n');
	}

	/** Closes messages in the corner, takes the mouse away and waits until nothing moves any more. */
	async calm(): Promise<void> {
		await this.page.mouse.move(0, 0);
		const close = this.page.locator('.el-notification__closeBtn:visible').first();
		const closeOne = async () => {
			const text = await this.toasts();
			// It may go by itself just now.
			if (text !== '') await close.click({ timeout: 1_000 }).catch(() => undefined);
			return text;
		};
		await seeUntil('no message in the corner', closeOne, (text) => text === '');
		await this.page.waitForFunction(() =>
			document.getAnimations().every(({ playState, effect }) => {
				const isEndless = effect?.getTiming().iterations === Infinity;
				return isEndless || playState !== 'running';
			}),
		);
	}
}
