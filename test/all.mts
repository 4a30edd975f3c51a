/**
 * `npm test`: everything that can be proved without a running n8n, in the order in which it is cheapest to know.
 */
import { spawnSync } from 'node:child_process';
import { aptGet, installDebianPackages } from './n8n/install/debianPackages.mts';
import { projectRoot } from './n8n/install/projectRoot.mts';

/** What makes ZIP archives for the tests, and the Debian packages that it comes in. */
const ARCHIVERS = { python3: 'python3', zip: 'zip', '7z': 'p7zip-full' };

async function installArchivers(): Promise<void> {
	const missing = Object.entries(ARCHIVERS).filter(([command]) => spawnSync('which', [command]).status !== 0);
	const packages = missing.map(([, name]) => name);
	if (packages.length === 0 || (await installDebianPackages('what makes ZIP archives', packages, console.log))) return;
	console.error(`The tests need ${missing.map(([command]) => command).join(', ')}. Install: ${aptGet(packages) ?? packages.join(', ')}`);
	process.exit(1);
}

const steps: Array<[what: string, command: string, ...rest: string[]]> = [
	['Build', 'gulp', '--silent'],
	['Types of the product', 'tsc', '--noEmit'],
	['Types of the tests', 'tsc', '-p', 'test'],
	["n8n's linter, in strict mode", 'n8n-node', 'lint'],
	['Unit and engine tests', 'jest', ...process.argv.slice(2)],
];

await installArchivers();
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
