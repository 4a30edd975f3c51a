import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import TestRunner from 'jest-runner';

/** What the first run, without a mutant, learns of each file: which tests are in it, and how long it takes. */
const KNOWN_FILES = 'knownFiles.json';

/**
 * Stryker names the tests that reach a mutant, and jest would load all files to find them, n8n's engine with
 * each. This runs the files that have one of these tests, the fastest first, until a test fails.
 */
export default class FewestFiles extends TestRunner {
	#results = [];

	constructor(...args) {
		super(...args);
		this.on('test-file-success', ([, result]) => this.#results.push(result));
	}

	async runTests(tests, watcher, options) {
		for (const test of this.#needed(tests)) {
			this.#forgetDownloads();
			await super.runTests([test], watcher, options);
			if (this.#results.some(({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError)) return;
		}
		if (!existsSync(KNOWN_FILES)) this.#remember();
	}

	#needed(tests) {
		if (!existsSync(KNOWN_FILES)) return tests;
		const pattern = new RegExp(this._globalConfig.testNamePattern ?? '', 'i');
		const known = JSON.parse(readFileSync(KNOWN_FILES, 'utf8'));
		return tests
			.filter(({ path }) => known[path]?.names.some((name) => pattern.test(name)))
			.sort((a, b) => known[a.path].ms - known[b.path].ms);
	}

	#remember() {
		const known = this.#results.map(({ testFilePath, testResults, perfStats }) => [
			testFilePath,
			{ names: testResults.map(({ fullName }) => fullName), ms: perfStats.runtime },
		]);
		writeFileSync(KNOWN_FILES, JSON.stringify(Object.fromEntries(known)));
	}

	/** Tests that a mutant brings to a stand leave hundreds of MB behind. */
	#forgetDownloads() {
		const folder = `${process.cwd()}/downloads/${process.env.STRYKER_MUTATOR_WORKER}`;
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		process.env.TMPDIR = folder;
	}
}
