/**
 * Starts the sandbox: a double of the Pixxel API with storage behind it, for tests and demonstrations without an account.
 * Prints one line of JSON, `{"url": "..."}`, on stdout once it listens.
 */
import { parseArgs } from 'node:util';
import { complain, createLog } from './log.mts';
import { startServer } from './server.mts';
import { keys, known } from './world/wellKnown.mts';

const usage = `Options:
  --port <n>             port on 127.0.0.1; 0 (default): any free one
  --ready-after-ms <n>   time a package takes from the first PUT until it is ready (default 8000)
  --job-takes-ms <n>     time a created job takes (default 10000)
  --quiet                no log
  --with-parent          end when stdin closes
`;

function fail(message: string): never {
	complain(message);
	process.exit(1);
}

function readOptions() {
	try {
		return parseArgs({
			options: {
				port: { type: 'string', default: '0' },
				'ready-after-ms': { type: 'string', default: '8000' },
				'job-takes-ms': { type: 'string', default: '10000' },
				quiet: { type: 'boolean', default: false },
				'with-parent': { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		}).values;
	} catch (cause) {
		return fail(`${(cause as Error).message}\n${usage}`);
	}
}

function wholeNumber(name: string, text: string, most: number): number {
	if (!/^\d+$/.test(text) || Number(text) > most)
		fail(`--${name} must be a whole number from 0 to ${most}, not "${text}"`);
	return Number(text);
}

const options = readOptions();
if (options.help) {
	process.stdout.write(usage);
	process.exit(0);
}

const port = wholeNumber('port', options.port, 65_535);
const log = createLog(options.quiet);
const setup = {
	readyAfterMs: wholeNumber('ready-after-ms', options['ready-after-ms'], 86_400_000),
	jobTakesMs: wholeNumber('job-takes-ms', options['job-takes-ms'], 86_400_000),
	log,
};

const server = await startServer(port, setup).catch((cause: NodeJS.ErrnoException) => {
	if (cause.code === 'EADDRINUSE')
		fail(`port ${port} is in use already: choose another with --port, or 0 for any free one`);
	if (cause.code === 'EACCES') fail(`port ${port} may not be used by this account: choose one above 1023 with --port`);
	return fail(`cannot listen on port ${port}: ${cause.message}`);
});

function end(): void {
	server.close();
	process.exit(0);
}

process.on('SIGTERM', end);
process.on('SIGINT', end);
if (options['with-parent']) process.stdin.on('end', end).on('error', end).resume();

log(`listens on ${server.origin}`);
log(`base URL ${server.origin}; API key ${keys.valid} (made up); demo workflow ${known.demo.workflowId}`);
log(`demo job ${known.demo.jobId}; demo task ${known.demo.taskId}`);
process.stdout.write(`${JSON.stringify({ url: server.origin })}\n`);
