export type Log = (line: string) => void;

/**
 * Writes to stderr, so that stdout keeps to the one line that says where the sandbox listens.
 * Callers give paths without their query: a signed query is a secret even here, since logs get pasted.
 */
export const complain: Log = (line) => void process.stderr.write(`[sandbox: a double of the Pixxel API, not Pixxel] ${line}\n`);
