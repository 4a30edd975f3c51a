import { common } from '../../jest.config.mjs';

/** The tests of `npm run test:servers`, which starts the servers that they need. */
export default {
	...common,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/servers/**/*.test.mts'],
	testTimeout: 240_000,
};
