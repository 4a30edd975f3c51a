/**
 * Starts the sandbox: a double of the Pixxel API with storage behind it, for tests and demonstrations without an account.
 * Prints one line of JSON, `{"url": "..."}`, on stdout once it listens.
 */
import { Command, InvalidArgumentError } from 'commander';
import { controlsOf, type Obeyed, type Order } from './control/control.mts';
import { Sandbox } from './sandbox.mts';
import { complain, serve } from './server.mts';
import { keys, known } from './world/wellKnown.mts';

function wholeNumber(text: string): number {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw new InvalidArgumentError('It takes a whole number, 0 or more.');
}

const { port, quiet, ...setup } = new Command('npm run sandbox --')
	.description('Starts a double of the Pixxel API, with storage behind it, on this machine, and prints its address.')
	.option('--port <n>', 'port on 127.0.0.1; 0: any free one', wholeNumber, 0)
	.option('--ready-after-ms <n>', 'time a package takes from the first PUT until it is ready', wholeNumber, 8_000)
	.option('--job-takes-ms <n>', 'time a created job takes', wholeNumber, 10_000)
	.option('--quiet', 'no log', false)
	.parse()
	.opts<{ port: number; readyAfterMs: number; jobTakesMs: number; quiet: boolean }>();

const sandbox = new Sandbox(setup);
/**
 * Answers a control call of the process that started this one, and ends with it. Not over HTTP, so that such calls do not disturb
 * what they count. The arguments are trusted, since their only sender is `client.mts`, which is typed.
 */
async function obey({ id, name, given }: Order): Promise<void> {
	const controls = controlsOf(sandbox) as unknown as Record<string, (...given: unknown[]) => unknown>;
	try {
		process.send?.({ id, answer: await controls[name]!(...given) } satisfies Obeyed);
	} catch (cause) {
		process.send?.({ id, refusal: String(cause) } satisfies Obeyed);
	}
}
const end = () => process.exit(0);
process.on('message', obey).on('disconnect', end).on('SIGTERM', end).on('SIGINT', end);

const log = quiet ? () => undefined : complain;
await serve(sandbox, port, log).catch((cause: Error) => {
	complain(`cannot start: ${cause.message}. Choose another port with --port, or 0 for any free one.`);
	process.exit(1);
});
const { origin: url } = sandbox;
log(`base URL ${url}; API key ${keys.valid} (made up); demo workflow ${known.demo.workflowId}`);
log(`demo job ${known.demo.jobId}; demo task ${known.demo.taskId}; area of interest ${known.area.aoiId}; image ${known.image.imageId}`);
process.stdout.write(`${JSON.stringify({ url })}\n`);
