import { spawnSync } from 'node:child_process';
import { isLong } from '../drawn.mts';
import { type ArchiveSettings, known, type SandboxHandle, startSandbox } from '../sandbox/client.mts';

const GiB = 1024 ** 3;

/** Python's own reader, over range requests: it checks each file's CRC-32. Prints what it was asked for as JSON. */
const python = `
import hashlib, io, json, sys, urllib.request, zipfile
class Remote(io.RawIOBase):
    def __init__(self, url):
        self.url, self.at = url, 0
        with urllib.request.urlopen(urllib.request.Request(url, headers={'Range': 'bytes=0-0'})) as answer:
            self.size = int(answer.headers['Content-Range'].split('/')[1])
    def seekable(self): return True
    def readable(self): return True
    def seek(self, offset, whence=0):
        self.at = (0, self.at, self.size)[whence] + offset
        return self.at
    def readinto(self, into):
        if self.at >= self.size or len(into) == 0: return 0
        span = f'bytes={self.at}-{min(self.size, self.at + len(into)) - 1}'
        with urllib.request.urlopen(urllib.request.Request(self.url, headers={'Range': span})) as answer:
            data = answer.read()
        into[:len(data)] = data
        self.at += len(data)
        return len(data)
url, *wanted = sys.argv[1:]
archive = zipfile.ZipFile(io.BufferedReader(Remote(url), 256 * 1024))
entries = archive.infolist()
digest = lambda name: hashlib.sha256(archive.read(name)).hexdigest()
print(json.dumps({
    'count': len(entries), 'comment': archive.comment.decode(), 'size': sum(entry.file_size for entry in entries),
    'last': entries[-1].filename, 'offset': entries[-1].header_offset, 'read': {name: digest(name) for name in wanted},
}))`;

describe('a made-up archive', () => {
	let sandbox: SandboxHandle;
	const { taskId } = known.demo;
	beforeAll(async () => (sandbox = await startSandbox({ readyAfterMs: 0 })), 30_000);
	afterAll(() => sandbox.stop());
	beforeEach(() => sandbox.reset());

	const serve = async (archive: ArchiveSettings) => {
		await sandbox.configurePackage(taskId, { archive });
		return await sandbox.signUrl(taskId);
	};
	/** What Python makes of it; `wanted` are the paths that it unpacks. */
	const readByPython = async (archive: ArchiveSettings, wanted: string[]) => {
		const { status, stdout, stderr } = spawnSync('python3', ['-c', python, await serve(archive), ...wanted]);
		if (status !== 0) throw new Error(`python3 is needed, and has not read the archive: ${stderr?.toString()}`);
		const found = JSON.parse(stdout.toString()) as { count: number; comment: string; size: number; last: string; offset: number; read: Record<string, string> };
		for (const path of wanted) expect(found.read[path]).toBe((await sandbox.packedFile(taskId, path)).sha256);
		return found;
	};

	it('is one to Python, whatever its files are like', async () => {
		const sizes = [0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 3 * 65_536 + 40_000];
		const files = (['stored', 'deflated'] as const).flatMap((method) =>
			sizes.map((size) => ({ path: `${method}/ü ${size}.bin`, size, method })),
		);
		const found = await readByPython(
			{ files: [{ path: 'stored/', size: 0, method: 'stored' }, ...files], comment: 'Made up by the sandbox' },
			files.map(({ path }) => path),
		);
		expect(found).toMatchObject({ count: 19, comment: 'Made up by the sandbox' });
	});
	const large = isLong ? it : it.skip;
	large('holds files above 4 GiB, offsets above 4 GiB, 100,000 files, and is read from its end in no time', async () => {
		const archive: ArchiveSettings = {
			files: [
				{ path: 'stored.tif', size: 5 * GiB, method: 'stored' },
				{ path: 'deflated.tif', size: 6 * GiB },
				{ path: 'tiles/{n}.bin', size: 300, count: 100_000 },
				{ path: 'small.json', size: 20_000 },
			],
		};
		const found = await readByPython(archive, ['tiles/1.bin', 'tiles/77777.bin', 'small.json']);
		expect(found).toMatchObject({ count: 100_003, last: 'small.json', size: 11 * GiB + 300 * 100_000 + 20_000 });
		expect(found.offset).toBeGreaterThan(8 * GiB);
	});
});
