import { spawnSync } from 'node:child_process';

import { chromium, type Browser } from 'playwright-core';

import { pathOf, providePrograms } from '../n8n/install/programs.mts';
import type { Report } from '../n8n/process/runCommand.mts';

/** Names a Chromium goes by, on the PATH or where macOS and Windows put it. */
const NAMES = [
	'chromium',
	'chromium-browser',
	'google-chrome-stable',
	'google-chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The fonts are for what n8n brings no font of its own for: JSON, mainly. */
const DEBIAN_PACKAGES = ['chromium', 'fonts-liberation'];

/** Whether a command is a Chromium that starts. Ubuntu's `chromium` may be a stub that only says what to install. */
function starts(command: string): boolean {
	const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
	return status === 0 && /chrom/i.test(stdout);
}

function findChromium(): string | undefined {
	const given = process.env.CHROMIUM_PATH?.trim();
	if (!given) return NAMES.find(starts);
	if (starts(given)) return given;
	throw new Error(`CHROMIUM_PATH is "${given}", where no Chromium starts. Correct it, or unset it to have one looked for.`);
}

/** Starts the machine's Chromium, without a window. Installs it where that needs no questions. */
export async function startChromium(report: Report): Promise<Browser> {
	const missing = () => (findChromium() ? [] : ['Chromium that starts (CHROMIUM_PATH may name one)']);
	await providePrograms('a look at the editor', missing, DEBIAN_PACKAGES, report, 'your package manager: any recent Chromium or Chrome will do');
	const command = findChromium() ?? '';
	return await chromium.launch({
		// It takes a path, not a name.
		executablePath: pathOf(command),
		// Ending is seen to by whoever started it, in order.
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
	});
}
