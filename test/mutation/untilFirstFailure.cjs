const { TestEnvironment } = require('jest-environment-node');

/** One test that fails is enough to know that a mutant is noticed: the rest of its file is skipped. */
module.exports = class UntilFirstFailure extends TestEnvironment {
	#failed = false;

	handleTestEvent({ name, test }) {
		if (name === 'test_done' && test.errors.length > 0) this.#failed = true;
		if (name === 'test_start' && this.#failed) test.mode = 'skip';
	}
};
