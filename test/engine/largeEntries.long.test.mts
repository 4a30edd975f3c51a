import { createHash } from 'node:crypto';
import { createReadStream, rmSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { IBinaryData } from 'n8n-workflow';
import { known } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const at = Sandboxed.forTests();

/** Size and digest of a file that is too large for memory. */
async function fingerprint(binary: IBinaryData | undefined): Promise<{ size: number; sha256: string }> {
	const path = at.engine.pathOf(binary);
	const digest = createHash('sha256');
	await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest);
	return { size: statSync(path).size, sha256: digest.digest('hex') };
}

test.each(['stored', 'deflated'] as const)('a file of more than 4 GiB arrives exactly, and the one behind it: %s', async (method) => {
	const archive = { files: [{ path: 'scene.tif', size: 2 ** 32 + 12_345, method }, { path: 'report.json', size: 20_000 }] };
	await at.sandbox.configurePackage(taskId, { archive });
	const items = await at.download({ output: 'packageFiles' });
	expect(items.map(({ json }) => json.file)).toEqual(archive.files.map(({ path, size }) => expect.objectContaining({ path, size })));
	for (const [index, { path }] of archive.files.entries()) {
		const file = items[index]?.binary?.data;
		expect(await fingerprint(file)).toEqual(await at.sandbox.packedFile(taskId, path));
		rmSync(at.engine.pathOf(file));
	}
});
