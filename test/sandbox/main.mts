/**
 * Starts the sandbox: a double of the Pixxel API with storage behind it, for tests and demonstrations without an account.
 * Prints one line of JSON, `{"url": "...", "controlUrl": "..."}`, on stdout once it listens.
 */
import { Command, InvalidArgumentError } from 'commander';
import { Sandbox } from './sandbox.mts';
import { complain, serve } from './server.mts';
import { keys, known } from './world/wellKnown.mts';

function wholeNumber(text: string): number {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw new InvalidArgumentError('It takes a whole number, 0 or more.');
}

const { port, quiet, withParent, ...setup } = new Command('npm run sandbox --')
	.option('--port <n>', 'port on 127.0.0.1; 0: any free one', wholeNumber, 0)
	.option('--ready-after-ms <n>', 'time a package takes from the first PUT until it is ready', wholeNumber, 8_000)
	.option('--job-takes-ms <n>', 'time a created job takes', wholeNumber, 10_000)
	.option('--quiet', 'no log', false)
	.option('--with-parent', 'end when stdin closes')
	.parse()
	.opts<{ port: number; readyAfterMs: number; jobTakesMs: number; quiet: boolean; withParent?: true }>();

const end = () => process.exit(0);
process.on('SIGTERM', end);
process.on('SIGINT', end);
if (withParent) process.stdin.on('end', end).on('error', end).resume();

const log = quiet ? () => undefined : complain;
const sandbox = new Sandbox(setup);
const controlUrl = await serve(sandbox, port, log).catch((cause: Error) => {
	complain(`cannot start: ${cause.message}. Choose another port with --port, or 0 for any free one.`);
	return process.exit(1);
});
const { origin: url } = sandbox;
log(`base URL ${url}; API key ${keys.valid} (made up); demo workflow ${known.demo.workflowId}`);
log(`demo job ${known.demo.jobId}; demo task ${known.demo.taskId}`);
process.stdout.write(`${JSON.stringify({ url, controlUrl })}\n`);
