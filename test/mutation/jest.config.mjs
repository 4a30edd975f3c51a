import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { common } from '../../jest.config.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Unit and engine tests without those that mostly wait: a mutant runs every test that reaches it. */
export default {
	...common,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/{unit,engine}/**/*.test.mts'],
	testPathIgnorePatterns: [
		'test/unit/(archive|endsWithParent|folderLock|line/lineModel|sandbox)',
		'test/engine/(faults|filesAtOnce|largeEntries|manyItems|severalConnections|stall|waiting)',
	],
	runner: join(here, 'fewestFiles.mjs'),
	testEnvironment: join(here, 'untilFirstFailure.cjs'),
	// On a busy machine, tests take long.
	testTimeout: 60_000,
};
