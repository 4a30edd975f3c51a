import { createWriteStream, mkdirSync } from 'node:fs';

import { startChild } from './childProcess.mts';
import { runFolder } from '../install/projectRoot.mts';
import { keepSaying } from './until.mts';

/** Says one line to whoever is watching. */
export type Report = (line: string) => void;

/** A command ended with something other than success. */
export class CommandFailed extends Error {
	constructor(
		message: string,
		/** Everything the command printed. */
		readonly output: string,
	) {
		super(message);
		this.name = 'CommandFailed';
	}
}

export interface CommandOptions {
	/** What is being done, in the user's words: "Installing n8n 2.40.7". */
	label: string;
	cwd: string;
	env?: NodeJS.ProcessEnv;
	/** Who is told that it is still running. Nobody by default. */
	report?: Report;
}

/** As much of the output as helps to see what went wrong, and no more. */
const SHOWN_LINES = 15;

/** The last lines of a text, for a message. */
export function lastLines(text: string, count = SHOWN_LINES): string {
	return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** Runs a command to its end, saying every few seconds that it is still at work. Returns what it printed. */
export async function runCommand(command: string, args: readonly string[], { label, cwd, env, report }: CommandOptions): Promise<string> {
	mkdirSync(runFolder(), { recursive: true });
	const log = createWriteStream(runFolder('commands.log'), { flags: 'a' });
	log.write(`\n# ${new Date().toISOString()} ${label}\n`);
	const enough = keepSaying((seconds) => report?.(`  … ${label}: ${seconds} s`));
	let output = '';
	try {
		const child = startChild(command, args, {
			cwd,
			env,
			stdio: ['ignore', 'pipe', 'pipe'],
			// npm is a .cmd file on Windows, and only a shell starts those.
			shell: process.platform === 'win32' && !command.endsWith('.exe'),
		});
		for (const stream of [child.process.stdout, child.process.stderr]) {
			stream?.on('data', (chunk: Buffer) => {
				output += chunk.toString();
				log.write(chunk);
			});
		}
		const { code, signal } = await child.exited;
		if (code === 0) return output;
		const ending = signal ? `was ended by ${signal}` : `ended with code ${code}`;
		throw new CommandFailed(`${label}: the command ${ending}.\n\n${lastLines(output)}\n\nAll of it: ${runFolder('commands.log')}`, output);
	} finally {
		enough();
		log.end();
	}
}
