import { isStopping, stopEverything } from './shutdown.mts';

/**
 * Runs a command to its end: what it does, then the stop of all that it started, then the end of this process.
 *
 * @param main answers the exit code; an exception is shown, and makes it 1
 */
export async function runMain(main: () => Promise<number>): Promise<never> {
	try {
		process.exitCode = await main();
	} catch (error) {
		// Being stopped in the middle makes everything else fail as well: not worth a word.
		if (!isStopping()) {
			console.log(`\n${error instanceof Error ? error.message : String(error)}`);
			process.exitCode = 1;
		}
	}
	await stopEverything();
	process.exit();
}
