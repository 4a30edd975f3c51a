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
	// What n8n-core needs of packages that are ES modules only.
	transformIgnorePatterns: ['/node_modules/(?!(p-retry|is-network-error)/)'],
	moduleFileExtensions: ['mts', 'ts', 'js', 'mjs', 'cjs', 'json', 'node'],
	testEnvironment: 'node',
	modulePathIgnorePatterns: ['<rootDir>/.n8n-run', '<rootDir>/dist/package.json'],
};

export default {
	projects: [
		{ ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.mts'] },
		{ ...common, displayName: 'package', testMatch: ['<rootDir>/test/package/**/*.test.mts'] },
		{ ...common, displayName: 'engine', testMatch: ['<rootDir>/test/engine/**/*.test.mts'] },
	],
	testTimeout: 60_000,
	testSequencer: '<rootDir>/test/longestFirst.cjs',
	// Most tests wait for sockets and pauses, not for the processor.
	maxWorkers: 3,
	// A worker with nothing open still has its heap to give back: a tenth of a second of the processor, which a busy machine draws out.
	workerGracefulExitTimeout: 10_000,
};
