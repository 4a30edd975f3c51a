const prefix = '[sandbox: a double of the Pixxel API, not Pixxel]';

export type Log = (line: string) => void;

/**
 * Writes to stderr, so that stdout keeps to the one line that says where the sandbox listens.
 * Callers give paths without their query: a signed query is a secret even here, since logs get pasted.
 */
export function createLog(quiet: boolean): Log {
	return (line) => {
		if (!quiet) process.stderr.write(`${prefix} ${line}\n`);
	};
}

/** For what must be seen even when quiet. */
export const complain: Log = createLog(false);
