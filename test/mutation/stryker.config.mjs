import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Unit tests read the mutated sources, engine tests what is built of them. */
const build = `ln -s "${process.cwd()}/node_modules" && gulp --silent`;

export default {
	mutate: ['nodes/Pixxel/{transfer,item,retry,errors,bytes,api,download,trigger,job,zip}/**/*.ts'],
	testRunner: 'jest',
	plugins: ['@stryker-mutator/*', './test/mutation/sample.mjs'],
	checkers: ['sample'],
	jest: { configFile: 'test/mutation/jest.config.mjs', enableFindRelatedTests: false },
	// The linter has to find no mutants, so they live elsewhere, with the project's modules.
	tempDirName: join(tmpdir(), 'n8n-nodes-pixxel-mutation'),
	ignorePatterns: ['.n8n-run', 'dist', 'docs'],
	symlinkNodeModules: false,
	buildCommand: `sh -c ${build.replaceAll(' ', '\\ ')}`,
	disableTypeChecks: 'nodes/**/*.ts',
	coverageAnalysis: 'perTest',
	// What is evaluated once, as a file loads, can be told by no single test: it would need all of them.
	ignoreStatic: true,
	concurrency: 2,
	dryRunTimeoutMinutes: 30,
	timeoutMS: 20_000,
	timeoutFactor: 3,
	reporters: ['clear-text', 'progress', 'html'],
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	// Git, jest, the linter and the tarball leave that folder alone.
	htmlReporter: { fileName: '.n8n-run/mutation/report.html' },
};
