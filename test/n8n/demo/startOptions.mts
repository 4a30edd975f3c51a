import { Command, Option } from 'commander';

import { N8N_VERSIONS, NEWEST_N8N } from '../install/versions.mts';
import type { TaskIds } from '../scenarios/workflows.mts';

/** How to reach the real Pixxel API. */
export interface RealApi {
	apiKey: string;
	authScheme: 'apiKey' | 'bearer';
	baseUrl: string;
	task: TaskIds;
}

/** What `npm start` was asked to do. */
export type StartOptions = ReturnType<typeof readStartOptions>;

const REAL_BASE_URL = 'https://api.pixxel.space';
const TASK_OPTIONS = { workflowId: '--workflow-id', jobId: '--job-id', taskId: '--task-id' } as const;

const command: Command = new Command('npm start --')
	.description(
		"Waits for a task's package and downloads it, in n8n's engine, and shows what came out; then installs a real n8n with this node in it, " +
			'and opens the editor.',
	)
	.option('--once', 'end after the download, without n8n; exit code 0 only if the file was right', false)
	.addOption(new Option('--n8n <version>', 'release of n8n').choices(N8N_VERSIONS).default(NEWEST_N8N))
	.option('--workflow-id <id>', 'of the task to download, with PIXXEL_API_KEY')
	.option('--job-id <id>', 'the same')
	.option('--task-id <id>', 'the same')
	.addHelpText(
		'after',
		`
By default it talks to a sandbox: a double of the Pixxel API that runs on this machine. To run it
against your own Pixxel account:

  PIXXEL_API_KEY=… npm start -- --workflow-id <id> --job-id <id> --task-id <id>

  PIXXEL_AUTH_SCHEME=bearer   if the key is a personal access token
  PIXXEL_BASE_URL=…           if you reach Pixxel through a gateway (default ${REAL_BASE_URL})`,
	)
	.showHelpAfterError('npm start -- --help says what there is.');

/** @throws ends the process, where what is there does not fit together */
function readRealApi(task: Partial<TaskIds>, env: NodeJS.ProcessEnv): RealApi | undefined {
	const apiKey = env.PIXXEL_API_KEY?.trim();
	const named = (isGiven: boolean) =>
		Object.entries(TASK_OPTIONS).flatMap(([name, flag]) => (Boolean(task[name as keyof TaskIds]?.trim()) === isGiven ? [flag] : []));
	const [given, missing] = [named(true).join(' and '), named(false).join(' and ')];
	if (!apiKey && !given) return undefined;
	if (!apiKey) command.error(`${given}: the sandbox has a task of its own. To download one of yours, set PIXXEL_API_KEY as well.`);
	if (missing) {
		command.error(
			`PIXXEL_API_KEY is set, so this runs against your Pixxel account and needs to know which task: ${missing} missing. ` +
				'Without PIXXEL_API_KEY it runs against the sandbox.',
		);
	}
	const authScheme = env.PIXXEL_AUTH_SCHEME?.trim() || 'apiKey';
	if (authScheme !== 'apiKey' && authScheme !== 'bearer') {
		command.error(`PIXXEL_AUTH_SCHEME is "${authScheme}"; it can be apiKey (the default) or bearer.`);
	}
	const baseUrl = env.PIXXEL_BASE_URL?.trim() || REAL_BASE_URL;
	if (!URL.canParse(baseUrl)) command.error(`PIXXEL_BASE_URL is "${baseUrl}", which is no URL.`);
	return { apiKey, authScheme, baseUrl, task: task as TaskIds };
}

/** Reads what `npm start` was asked to do. What is wrong ends the process with words on that. */
export function readStartOptions() {
	const { once, n8n, ...task } = command.parse().opts<{ once: boolean; n8n: string } & Partial<TaskIds>>();
	return { once, n8nVersion: n8n, realApi: readRealApi(task, process.env) };
}
