/**
 * Ends what this process started: on Ctrl-C, on being asked to end, and after an exception nobody caught. A server left
 * behind would hold its port and most of a gigabyte of memory.
 */

export const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

type Stop = () => Promise<void> | void;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const stops = new Set<Stop>();
const lastResorts = new Set<() => void>();
let listening = false;
let stopping: Promise<void> | undefined;

function listen(): void {
	if (listening) return;
	listening = true;
	for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
		// Not `once`: Ctrl-C in a terminal arrives twice, from the terminal and from the command that started this one.
		process.on(signal, () => {
			// A command that is done with its work and only waits to be stopped has set an exit code of its own.
			process.exitCode ??= exitCode;
			void stopEverything().finally(() => process.exit());
		});
	}
	process.on('exit', () => {
		for (const lastResort of lastResorts) lastResort();
	});
}

/** Has `stop` called before this process ends. Returns how to take that back. */
export function stopAtEnd(stop: Stop): () => void {
	listen();
	stops.add(stop);
	return () => stops.delete(stop);
}

/** Has `kill` called at the very end of this process, when nothing asynchronous can run any more. */
export function killAtExit(kill: () => void): () => void {
	listen();
	lastResorts.add(kill);
	return () => lastResorts.delete(kill);
}

/** Whether this process is ending. */
export function isStopping(): boolean {
	return stopping !== undefined;
}

/** Stops everything that is still running, the newest first. To be followed by the end of this process. */
async function stopEverything(): Promise<void> {
	stopping ??= (async () => {
		for (const stop of [...stops].reverse()) {
			// The others must still be stopped.
			await Promise.resolve().then(stop).catch((error: unknown) => console.error(wordsOf(error)));
		}
	})();
	await stopping;
}

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
			console.log(`\n${wordsOf(error)}`);
			process.exitCode = 1;
		}
	}
	await stopEverything();
	process.exit();
}
