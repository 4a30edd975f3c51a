import { createHash } from 'node:crypto';

/** The same changes each time, whatever else has changed: two states of the tests are judged by the same ones. */
const isDrawn = ({ fileName, location, replacement }, oneIn) => {
	const change = JSON.stringify([fileName.replace(process.cwd(), ''), location, replacement]);
	return createHash('sha256').update(change).digest().readUInt32BE() % oneIn === 0;
};

/** Stryker asks its checkers which mutants are worth a run: those that are drawn. The others do not count. */
class Sample {
	#oneIn = Number(process.env.MUTATION_ONE_IN ?? 1);

	async init() {}

	async check(mutants) {
		const verdict = (mutant) =>
			isDrawn(mutant, this.#oneIn) ? { status: 'passed' } : { status: 'compileError', reason: 'not drawn' };
		return Object.fromEntries(mutants.map((mutant) => [mutant.id, verdict(mutant)]));
	}
}

export const strykerPlugins = [{ kind: 'Checker', name: 'sample', injectableClass: Sample }];
