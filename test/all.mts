/**
 * `npm test`: everything that can be proved without a running n8n, in the order in which it is cheapest to know.
 */
import { spawnSync } from 'node:child_process';
import { projectRoot } from './n8n/install/projectRoot.mts';

const steps: Array<[what: string, command: string, ...rest: string[]]> = [
	['Build', 'gulp', '--silent'],
	['Types of the product', 'tsc', '--noEmit'],
	['Types of the tests', 'tsc', '-p', 'test'],
	["n8n's linter, in strict mode", 'n8n-node', 'lint'],
	['Unit and engine tests', 'jest', ...process.argv.slice(2)],
];

for (const [index, [what, command, ...args]] of steps.entries()) {
	console.log(`\n[${index + 1}/${steps.length}] ${what}`);
	const startedAt = Date.now();
	const { status, error } = spawnSync('npx', ['--no-install', command, ...args], {
		cwd: projectRoot(),
		stdio: 'inherit',
	});
	if (status !== 0) {
		console.error(`\n"${what}" did not pass${error ? ` (${error.message})` : ''}. What is above says why.`);
		process.exit(1);
	}
	console.log(`${what}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
}
