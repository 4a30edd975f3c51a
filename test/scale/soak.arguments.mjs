/**
 * What `npm run soak` can be asked to do. Plain JavaScript without dependencies, as it is read before anything is
 * installed. The types are in soak.arguments.d.mts.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { newest } = JSON.parse(readFileSync(new URL('../n8n/install/releases.json', import.meta.url), 'utf8'));

const DEFAULT_MINUTES = 30;

export const USAGE = `npm run soak [-- options]

Keeps one n8n ${newest} busy with a mix of everything that goes well and badly, checks every result, and
watches its memory and its sockets. Linux only, as it reads /proc. Prints a table in Markdown.

  --minutes <n>      how long (default ${DEFAULT_MINUTES})
  --executions <n>   end after so many executions, if that comes first
  --seed <n>         another mix (default 1)
  --help             this text
`;

const OPTIONS = {
	help: { type: 'boolean' },
	minutes: { type: 'string' },
	executions: { type: 'string' },
	seed: { type: 'string' },
};

function positive(option, text, fallback) {
	const value = text === undefined ? fallback : Number(text);
	if (!(value > 0)) throw new Error(`${option} needs a number above 0, not "${text}".`);
	return value;
}

/** Reads what was asked. Throws an error that names whatever is wrong. */
export function readSoakArguments(argv) {
	const { values } = parseArgs({ args: [...argv], options: OPTIONS });
	return {
		help: values.help === true,
		minutes: positive('--minutes', values.minutes, DEFAULT_MINUTES),
		executions: positive('--executions', values.executions, Infinity),
		seed: positive('--seed', values.seed, 1),
	};
}

/** What can be said before anything is installed: the usage, or what is wrong. Nothing when all is well. */
export function answerBeforehand(argv) {
	try {
		return readSoakArguments(argv).help ? { text: USAGE, exitCode: 0 } : undefined;
	} catch (error) {
		return { text: `${error.message}\nnpm run soak -- --help says what there is.`, exitCode: 2 };
	}
}
