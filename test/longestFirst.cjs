const { default: Sequencer } = require('@jest/test-sequencer');

/** Where jest has not seen yet how long files take, it begins with the largest ones: these are small, and take the longest. */
const LONGEST = /largeEntries|line|filesAtOnce|packageFiles/

module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		const place = ({ path }) => (LONGEST.test(path) ? 0 : 1);
		return [...super.sort(tests)].sort((one, other) => place(one) - place(other));
	}
};
