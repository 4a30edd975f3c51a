import { cureFor, npmCommand } from '../../npm.mjs';
import { CommandFailed, runCommand, type CommandOptions } from '../process/runCommand.mts';

/**
 * What npm sets for the commands it runs and what would steer another npm, in another folder, somewhere else: this
 * project's folder and its `ignore-scripts`, headers for another Node, `NODE_ENV=production` that leaves out half.
 */
const NOT_FOR_CHILDREN =
	/^(npm_package_.*|npm_lifecycle_.*|npm_config_(local_prefix|ignore_scripts|nodedir|omit|include|dry_run|node_gyp)|npm_command|INIT_CWD|NODE_ENV|PIXXEL_.*)$/i;

/** The environment for a child process: this one's, without what npm added to it and without the user's Pixxel key. */
export function childEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => !NOT_FOR_CHILDREN.test(name));
	return { ...Object.fromEntries(inherited), ...extra };
}

/** Runs npm in a folder. Under `npm start` it is the same npm that started this command. */
export async function npm(args: readonly string[], options: CommandOptions): Promise<string> {
	const { command, prefix } = npmCommand();
	return await runCommand(command, [...prefix, ...args], { ...options, env: childEnvironment(options.env) });
}

/** Installs what a folder's package.json names, or some packages. What goes wrong is said with what to do about it. */
export async function npmInstall(args: readonly string[], options: CommandOptions): Promise<void> {
	try {
		await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', ...args], options);
	} catch (error) {
		if (!(error instanceof CommandFailed)) throw error;
		throw new Error(`${error.message}\n\n${cureFor(error.output, '3 GB')}`, { cause: error });
	}
}
