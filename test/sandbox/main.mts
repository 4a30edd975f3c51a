/**
 * Starts the sandbox: a double of the Pixxel API with storage behind it, for tests and demonstrations without an account.
 * Prints one line of JSON, `{"url": "..."}`, on stdout once it listens.
 */
import { Command, InvalidArgumentError } from 'commander';
import { complain, createLog } from './log.mts';
import { SandboxServer } from './server.mts';
import { keys, known } from './world/wellKnown.mts';

const wholeNumber = (most: number) => (text: string) => {
	if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
	throw new InvalidArgumentError(`It takes a whole number from 0 to ${most}.`);
};

const dayMs = 86_400_000;
const { port, quiet, withParent, ...setup } = new Command('npm run sandbox --')
	.option('--port <n>', 'port on 127.0.0.1; 0: any free one', wholeNumber(65_535), 0)
	.option('--ready-after-ms <n>', 'time a package takes from the first PUT until it is ready', wholeNumber(dayMs), 8_000)
	.option('--job-takes-ms <n>', 'time a created job takes', wholeNumber(dayMs), 10_000)
	.option('--quiet', 'no log', false)
	.option('--with-parent', 'end when stdin closes')
	.parse()
	.opts<{ port: number; readyAfterMs: number; jobTakesMs: number; quiet: boolean; withParent?: true }>();
const log = createLog(quiet);

function fail(message: string): never {
	complain(message);
	process.exit(1);
}

const server = await SandboxServer.start(port, { ...setup, log }).catch((cause: NodeJS.ErrnoException) => {
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
if (withParent) process.stdin.on('end', end).on('error', end).resume();

log(`listens on ${server.origin}`);
log(`base URL ${server.origin}; API key ${keys.valid} (made up); demo workflow ${known.demo.workflowId}`);
log(`demo job ${known.demo.jobId}; demo task ${known.demo.taskId}`);
process.stdout.write(`${JSON.stringify({ url: server.origin })}\n`);
