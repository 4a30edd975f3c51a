/**
 * What `npm start` can be asked to do. Plain JavaScript without dependencies, as it is read before anything is installed:
 * who mistypes an option hears of it at once. The types are in start.arguments.d.mts.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What is wrong with the arguments, said to the one who typed them. */
export class UsageError extends Error {}

const { newest, releases } = JSON.parse(readFileSync(new URL('install/releases.json', import.meta.url), 'utf8'));
const versions = releases.map(({ version }) => version).join(', ');

const REAL_BASE_URL = 'https://api.pixxel.space';

export const USAGE = `npm start [-- options]

Starts a real n8n with this node in it, runs a workflow that waits for a task's package and
downloads it, shows what came out, and leaves the editor open.

  --once            stop everything after the run; exit code 0 only if the file was right
  --n8n <version>   ${versions} (default ${newest})
  --help            this text

By default it talks to a sandbox: a double of the Pixxel API that runs on this machine. To run it
against your own Pixxel account:

  PIXXEL_API_KEY=… npm start -- --workflow-id <id> --job-id <id> --task-id <id>

  PIXXEL_AUTH_SCHEME=bearer   if the key is a personal access token
  PIXXEL_BASE_URL=…           if you reach Pixxel through a gateway (default ${REAL_BASE_URL})
`;

const OPTIONS = {
	help: { type: 'boolean' },
	once: { type: 'boolean' },
	n8n: { type: 'string' },
	'workflow-id': { type: 'string' },
	'job-id': { type: 'string' },
	'task-id': { type: 'string' },
};

const TASK_FLAGS = ['workflow-id', 'job-id', 'task-id'];

const dashed = (flags) => flags.map((flag) => `--${flag}`);

/** Parses by hand what Node's parser leaves vague, so that every message names the flag. */
function readFlags(argv) {
	const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
	const flags = {};
	for (const token of tokens) {
		if (token.kind === 'option-terminator') continue;
		if (token.kind === 'positional') throw new UsageError(`"${token.value}" belongs to no option.`);
		if (!Object.hasOwn(OPTIONS, token.name)) {
			throw new UsageError(`There is no option ${token.rawName}. The options are: ${dashed(Object.keys(OPTIONS)).join(', ')}.`);
		}
		const takesValue = OPTIONS[token.name].type === 'string';
		if (!takesValue && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`);
		if (takesValue && (!token.value?.trim() || token.value.startsWith('--'))) {
			throw new UsageError(`${token.rawName} needs a value: ${token.rawName} <${token.name === 'n8n' ? 'version' : 'id'}>`);
		}
		flags[token.name] = takesValue ? token.value?.trim() : true;
	}
	return flags;
}

function readRealApi(flags, env) {
	const apiKey = env.PIXXEL_API_KEY?.trim();
	if (!apiKey) {
		const given = dashed(TASK_FLAGS.filter((flag) => flags[flag] !== undefined));
		if (given.length === 0) return undefined;
		throw new UsageError(
			`${given.join(' and ')}: the sandbox has a task of its own. To download one of yours, set PIXXEL_API_KEY as well.`,
		);
	}
	const missing = dashed(TASK_FLAGS.filter((flag) => flags[flag] === undefined));
	if (missing.length > 0) {
		throw new UsageError(
			`PIXXEL_API_KEY is set, so this runs against your Pixxel account and needs to know which task: ${missing.join(' and ')} missing. ` +
				'Without PIXXEL_API_KEY it runs against the sandbox.',
		);
	}
	const authScheme = env.PIXXEL_AUTH_SCHEME?.trim() || 'apiKey';
	if (authScheme !== 'apiKey' && authScheme !== 'bearer') {
		throw new UsageError(`PIXXEL_AUTH_SCHEME is "${authScheme}"; it can be apiKey (the default) or bearer.`);
	}
	const baseUrl = env.PIXXEL_BASE_URL?.trim() || REAL_BASE_URL;
	if (!URL.canParse(baseUrl)) throw new UsageError(`PIXXEL_BASE_URL is "${baseUrl}", which is no URL.`);
	return {
		apiKey,
		authScheme,
		baseUrl,
		task: {
			workflowId: flags['workflow-id'],
			jobId: flags['job-id'],
			taskId: flags['task-id'],
		},
	};
}

/** Reads what `npm start` was asked to do. Throws a `UsageError` that names whatever is wrong. */
export function readStartArguments(argv, env) {
	const flags = readFlags(argv);
	const n8nVersion = flags.n8n ?? newest;
	if (flags.help) return { help: true, once: false, n8nVersion };
	if (!releases.some(({ version }) => version === n8nVersion)) {
		throw new UsageError(`--n8n: n8n ${n8nVersion} is not one of the releases this project runs on: ${versions}.`);
	}
	return { help: false, once: flags.once === true, n8nVersion, realApi: readRealApi(flags, env) };
}

/** What can be said before anything is installed: the usage, or what is wrong. Nothing when all is well. */
export function answerBeforehand(argv, env) {
	try {
		return readStartArguments(argv, env).help ? { text: USAGE, exitCode: 0 } : undefined;
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		return { text: `${error.message}\nnpm start -- --help says what there is.`, exitCode: 2 };
	}
}
