/** How to start npm, and what its troubles mean. Plain JavaScript: run.mjs needs it before anything is installed. */
import { basename } from 'node:path';

/**
 * Under `npm start`, npm says where its own script is: running that with this Node works everywhere, Windows included, where
 * `npm` is a .cmd file that only a shell can start.
 *
 * @returns {{ command: string, prefix: string[], shell: boolean }}
 */
export function npmCommand() {
	const ownScript = process.env.npm_execpath;
	if (ownScript && basename(ownScript) === 'npm-cli.js') {
		return { command: process.execPath, prefix: [ownScript], shell: false };
	}
	return { command: 'npm', prefix: [], shell: process.platform === 'win32' };
}

/**
 * What to do about a failed installation.
 *
 * @param {string} output what npm printed
 * @param {string} needs of the disk, in words
 * @returns {string}
 */
export function cureFor(output, needs) {
	if (/ENOSPC/.test(output)) return `The disk is full: make room (about ${needs}) and start again.`;
	if (/EACCES|EPERM/.test(output)) return "npm may not write there: check who owns the folder and npm's cache (npm config get cache).";
	if (/EUSAGE|in sync/.test(output)) return 'package.json and package-lock.json do not fit together: run npm install, and commit both.';
	if (/CERT|SSL|self.signed/i.test(output)) return 'A proxy with its own certificate? Point NODE_EXTRA_CA_CERTS at it.';
	if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|E40[37]|network/i.test(output)) {
		return 'The package registry could not be reached. Check the network; behind a proxy set HTTPS_PROXY (or npm config set proxy …).';
	}
	return 'Most often it is the network, a proxy (HTTPS_PROXY), or a full disk. After the cure start again: it goes on from here.';
}
