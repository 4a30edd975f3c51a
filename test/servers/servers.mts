/**
 * `npm run test:servers`: packages that are handed out by the web servers and caches that stand before storage in the field.
 */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { pathOf, providePrograms } from '../n8n/install/programs.mts';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import { startChild } from '../n8n/process/childProcess.mts';
import { runMain } from '../n8n/process/shutdown.mts';
import { takeFolder } from '../n8n/process/temporaryFolder.mts';
import { ORIGIN, SERVER_FOLDERS, WEB_SERVERS, type WebServer } from './configurations.mts';
import { writePackages } from './packages.mts';
import { type Running, startWebServer } from './startWebServer.mts';

const { only } = new Command('npm run test:servers --')
	.description('Has the built node fetch packages, and the files in them, from real web servers and caches. On Debian and as root it installs them.')
	.option('--only <text>', 'only servers with this text in their name', '')
	.parse()
	.opts<{ only: string }>();

const say = (line: string) => console.log(line);

/** Runs one of the project's tools to its end. Returns its exit code. */
async function run(tool: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<number | null> {
	const options = { cwd: projectRoot(), env: { ...process.env, ...env }, stdio: 'inherit' } as const;
	return (await startChild('npx', ['--no-install', tool, ...args], options).exited).code;
}

async function provide(servers: WebServer[]): Promise<void> {
	const missing = () => [...new Set(servers.map(({ program }) => program))].filter((program) => !pathOf(program, SERVER_FOLDERS));
	const packages = [...new Set(servers.map(({ debianPackage }) => debianPackage))];
	await providePrograms('web servers', missing, packages, say);
}

async function start(servers: WebServer[], folder: string): Promise<Running[]> {
	const packages = join(folder, 'packages');
	mkdirSync(packages);
	// Not every server reads as who started it.
	for (const each of [folder, packages]) chmodSync(each, 0o755);
	await writePackages(packages);
	const origin = await startWebServer(ORIGIN, join(folder, 'origin'), { packages, originPort: 0 });
	const running: Running[] = [];
	for (const server of servers) {
		running.push(await startWebServer(server, join(folder, String(running.length)), { packages, originPort: origin.port }));
	}
	return running;
}

/** What Jest writes down of each test. */
interface Results {
	testResults: Array<{ assertionResults: Array<{ ancestorTitles: string[]; status: string }> }>;
}

/** Says which server passes, and how many tests did and did not. Returns the exit code. */
function sum(running: Running[], resultsFile: string): number {
	const { testResults } = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
	const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
	const count = (status: string, name?: string) =>
		tests.filter((test) => test.status === status && (name === undefined || test.ancestorTitles[0] === name)).length;
	for (const { name } of running) {
		const [passed, failed] = [count('passed', name), count('failed', name)];
		say(`  ${failed === 0 && passed > 0 ? '✓' : '✗'} ${name} (${passed} of ${passed + failed})`);
	}
	const [passed, failed] = [count('passed'), count('failed')];
	say(`\n${passed} passed, ${failed} failed`);
	return failed > 0 || passed === 0 ? 1 : 0;
}

async function main(): Promise<number> {
	const servers = WEB_SERVERS.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()));
	await provide([ORIGIN, ...servers]);
	if ((await run('gulp', ['--silent'])) !== 0) return 1;
	const folder = takeFolder('servers');
	const running = await start(servers, folder);
	const results = join(folder, 'results.json');
	await run('jest', ['--config', 'test/servers/jest.config.mjs', '--json', '--outputFile', results], { WEB_SERVERS: JSON.stringify(running) });
	return sum(running, results);
}

await runMain(main);
