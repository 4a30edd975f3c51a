import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startChild } from '../process/childProcess.mts';
import { childEnvironment } from '../install/npm.mts';
import { projectRoot } from '../install/projectRoot.mts';

/** The only account it knows. */
export const OBJECT_STORE_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;

/** With a dot: n8n's AWS S3 node sends the others to Amazon, whatever endpoint its credential names. */
const BUCKET = 'pixxel.results';

/** What makes an n8n find it under the name of Amazon's: the environment to start that n8n with. */
export function amazonsHostsAt({ url }: { url: string }): NodeJS.ProcessEnv {
	const hosts = join(projectRoot(), 'test', 'n8n', 'standIns', 'amazonsHosts.cjs');
	return { NODE_OPTIONS: `--require=${hosts}`, S3_PORT: new URL(url).port };
}

/**
 * An S3-compatible server with one empty bucket. It checks signatures as Amazon's does.
 *
 * @param node what runs it: it wants a newer Node than this project does
 */
export async function startObjectStore(node: string) {
	const folder = mkdtempSync(join(tmpdir(), 'object-store-'));
	const script = join(projectRoot(), 'test', 'n8n', 'standIns', 'objectStore.cjs');
	const child = startChild(node, [script, folder, BUCKET], { cwd: projectRoot(), env: childEnvironment(), stdio: ['pipe', 'pipe', 'inherit'] });
	const port = await Promise.race([
		new Promise<string>((resolve) => child.process.stdout?.once('data', (line: Buffer) => resolve(line.toString().trim()))),
		child.exited.then(({ code }) => Promise.reject(new Error(`The S3 server ended with code ${code} before it listened.`))),
	]);
	return {
		url: `http://127.0.0.1:${port}`,
		bucket: BUCKET,
		/** What is in the bucket. */
		object: (key: string) => readFileSync(join(folder, BUCKET, `${key}._S3rver_object`)),
		stop: async () => {
			await child.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
