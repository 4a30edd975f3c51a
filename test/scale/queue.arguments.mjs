/**
 * What `npm run test:queue` can be asked to do. Plain JavaScript without dependencies, as it is read before anything is
 * installed. The types are in queue.arguments.d.mts.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { newest } = JSON.parse(readFileSync(new URL('../n8n/install/releases.json', import.meta.url), 'utf8'));

const BINARY_MODES = ['filesystem', 'database', 'default'];
/** Memory, which is "default", is no way to share files between processes: the scenarios leave it out. */
const SHARED_BINARY_MODES = ['filesystem', 'database'];

export const USAGE = `npm run test:queue [-- options]

Starts n8n ${newest} in queue mode (PostgreSQL, Redis, one main process and two workers, all on ports of
their own), and proves that work is spread, that a worker that is stopped finishes what it does, and that
what a killed worker leaves can be retried. On Debian and as root it installs PostgreSQL and Redis.

  --binary-mode <mode>   where n8n keeps files: ${BINARY_MODES.join(', ')} ("default" is memory)
                         (default: ${SHARED_BINARY_MODES.join(', then ')}; with --memory all of them)
  --only <text>          only scenarios with this text in their name
  --slow-locks           n8n's own settings for how long a lost worker goes unnoticed
  --memory               measure a worker's memory while it fetches, instead of the scenarios
  --help                 this text
`;

const OPTIONS = {
	help: { type: 'boolean' },
	'binary-mode': { type: 'string' },
	only: { type: 'string' },
	'slow-locks': { type: 'boolean' },
	memory: { type: 'boolean' },
};

/** Reads what was asked. Throws an error that names whatever is wrong. */
export function readQueueArguments(argv) {
	const { values } = parseArgs({ args: [...argv], options: OPTIONS });
	const mode = values['binary-mode'];
	if (mode !== undefined && !BINARY_MODES.includes(mode)) {
		throw new Error(`--binary-mode can be ${BINARY_MODES.join(', ')}, not "${mode}".`);
	}
	return {
		help: values.help === true,
		binaryModes: mode !== undefined ? [mode] : values.memory ? BINARY_MODES : SHARED_BINARY_MODES,
		only: values.only?.trim().toLowerCase() ?? '',
		slowLocks: values['slow-locks'] === true,
		memory: values.memory === true,
	};
}

/** What can be said before anything is installed: the usage, or what is wrong. Nothing when all is well. */
export function answerBeforehand(argv) {
	try {
		return readQueueArguments(argv).help ? { text: USAGE, exitCode: 0 } : undefined;
	} catch (error) {
		return { text: `${error.message}\nnpm run test:queue -- --help says what there is.`, exitCode: 2 };
	}
}
