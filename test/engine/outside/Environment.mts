import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';
import { type SandboxHandle, startSandbox } from '../../sandbox/client.mts';

/**
 * What outlives a test file, as Jest's worker process has it: Jest gives each file modules of its own, and to load n8n's engine and start a sandbox anew for
 * each took a third of all the tests' time.
 */
export interface Outside {
	/** Loads what all files of a worker share: n8n's engine, and the build in it. Errors and dates from there have classes of their own. */
	require: NodeJS.Require;
	createRequire: typeof createRequire;
	Date: DateConstructor;
	/** A sandbox in which packages are ready at the first look. Each test resets it. */
	sandbox: () => Promise<SandboxHandle>;
}

const folder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// n8n-core reads these as it loads.
process.env.N8N_USER_FOLDER = folder;
const files = (process.env.N8N_BINARY_DATA_STORAGE_PATH = join(folder, 'files'));
process.env.N8N_ENCRYPTION_KEY = 'only-for-tests';
process.env.N8N_LOG_LEVEL = 'silent';

let sandbox: Promise<SandboxHandle> | undefined;

const outside: Outside = {
	require: createRequire(join(process.cwd(), 'package.json')),
	createRequire,
	Date,
	sandbox: async () => await (sandbox ??= startSandbox({ readyAfterMs: 0, keepsParent: false })),
};

export default class Environment extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		Object.assign(this.global, { outside });
	}

	override async teardown(): Promise<void> {
		await super.teardown();
		// Hundreds of MB of downloaded packages.
		rmSync(files, { recursive: true, force: true });
	}
}
