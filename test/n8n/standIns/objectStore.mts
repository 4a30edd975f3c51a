import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startChild } from '../process/childProcess.mts';
import { childEnvironment } from '../install/npm.mts';
import { projectRoot } from '../install/projectRoot.mts';

export type ObjectStore = Awaited<ReturnType<typeof startObjectStore>>;

/** The only account it knows. */
export const OBJECT_STORE_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;

/** With a dot: n8n's AWS S3 node sends the others to Amazon, whatever endpoint its credential names. */
const BUCKET = 'pixxel.results';
const OBJECT_SUFFIX = '._S3rver_object';

/** What makes an n8n find it under the name of Amazon's: the environment to start that n8n with. */
export function amazonsHostsAt({ url }: ObjectStore): NodeJS.ProcessEnv {
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
	const inBucket = join(folder, BUCKET);
	return {
		url: `http://127.0.0.1:${port}`,
		bucket: BUCKET,
		/** The objects in the bucket, by their keys. */
		objects() {
			const files = readdirSync(inBucket, { recursive: true }).map(String).filter((name) => name.endsWith(OBJECT_SUFFIX));
			return new Map(files.map((name) => [name.slice(0, -OBJECT_SUFFIX.length), readFileSync(join(inBucket, name))]));
		},
		stop: async () => {
			await child.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
