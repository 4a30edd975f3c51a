import { listFiles } from '../../../nodes/Pixxel/zip/directory/listFiles.ts';
import { sourceOf } from './memorySource.mts';
import { directoryOf } from './parts.mts';

const MIB = 1024 * 1024;
const TOO_LONG = 'The list of files in the package is too long to be read here: ';

describe('a list of files that is too long to be read', () => {
	test('has more than so many entries', async () => {
		await expect(listFiles(sourceOf(directoryOf(101)), 100)).rejects.toThrow(`${TOO_LONG}it has more than 100 entries`);
		expect(await listFiles(sourceOf(directoryOf(100)), 100)).toHaveLength(100);
	});

	test('has more than 64 MiB, which are not fetched', async () => {
		const archive = directoryOf(0);
		archive.writeUInt16LE(1, 10);
		archive.writeUInt32LE(64 * MIB + 1, 12);
		const source = sourceOf(Buffer.concat([Buffer.alloc(65 * MIB), archive]));
		await expect(listFiles(source)).rejects.toThrow(`${TOO_LONG}it has more than 64 MiB`);
		expect(source.bytesRead).toBeLessThan(100 * 1024);
	});
});

test('a package full of end records keeps nobody busy', async () => {
	const record = Buffer.from('PK\x05\x06\0\0\0\0\x01\0\x01\0\x40\0\0\0\x40\0\0\0', 'latin1');
	const source = sourceOf(Buffer.alloc(4 * MIB, record), MIB);
	await expect(listFiles(source)).rejects.toThrow(/^The list of files in the package is damaged/);
	expect(source.bytesRead).toBeLessThan(5 * MIB);
});

test('what is no ZIP is looked at in its last 16 MiB at most', async () => {
	const source = sourceOf(Buffer.alloc(40 * MIB), MIB);
	await expect(listFiles(source)).rejects.toThrow('The package is not a ZIP archive');
	expect(source.bytesRead).toBeLessThan(17 * MIB);
});
