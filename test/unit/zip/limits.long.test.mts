import { listFiles } from '../../../nodes/Pixxel/zip/directory/listFiles.ts';
import { sourceOf } from './memorySource.mts';
import { directoryOf } from './parts.mts';

test('a list of 500,000 files is read, and no longer one', async () => {
	expect(await listFiles(sourceOf(directoryOf(500_000)))).toHaveLength(500_000);
	const message = 'The list of files in the package is too long to be read here: it has more than 500,000 entries';
	await expect(listFiles(sourceOf(directoryOf(500_001)))).rejects.toThrow(message);
});
