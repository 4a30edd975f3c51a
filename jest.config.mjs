/** Tests are `.mts` so that n8n's linter, which knows only rules for code that runs in n8n Cloud, leaves them alone. */
export const common = {
	transform: {
		'\\.(m?ts|js)$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
				module: { type: 'commonjs' },
			},
		],
	},
	// What n8n-core and the tests need of packages that are ES modules only.
	transformIgnorePatterns: ['/node_modules/(?!(p-retry|is-network-error|get-port)/)'],
	moduleFileExtensions: ['mts', 'ts', 'js', 'mjs', 'cjs', 'json', 'node'],
	testEnvironment: 'node',
	modulePathIgnorePatterns: ['<rootDir>/.n8n-run', '<rootDir>/dist/package.json'],
};

/** `npm run test:long`: the large and the slow as well, and many draws. */
const isLong = process.env.LONG_TESTS === '1';
const testPathIgnorePatterns = ['/node_modules/', ...(isLong ? [] : ['\\.long\\.test\\.mts$'])];
const tests = (folder) => ({ ...common, displayName: folder, testMatch: [`<rootDir>/test/${folder}/**/*.test.mts`], testPathIgnorePatterns });

export default {
	projects: [
		tests('unit'),
		tests('package'),
		{
			...tests('engine'),
			testEnvironment: '<rootDir>/test/engine/outside/environment.cjs',
			moduleNameMapper: { '^(n8n-core|n8n-workflow)$': '<rootDir>/test/engine/outside/$1.cjs' },
			// What a test watches outlives its file.
			restoreMocks: true,
		},
	],
	// Nothing is judged by the time it takes: this is for what never ends.
	testTimeout: isLong ? 7_200_000 : 240_000,
	testSequencer: '<rootDir>/test/longestFirst.cjs',
	// Most tests wait for sockets and pauses, not for the processor.
	maxWorkers: 3,
	// A worker with nothing open still has its heap to give back: a tenth of a second of the processor, which a busy machine draws out.
	workerGracefulExitTimeout: 10_000,
};
