import { execFileSync, spawnSync } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zipSync } from 'fflate';
import { ZipFile } from 'yazl';

/** Files by their paths. */
export type Tree = Record<string, Buffer>;

/** Bytes that do not compress; the same ones each time. */
export function noise(bytes: number, name = ''): Buffer {
	const key = createHash('md5').update(name).digest();
	return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** Says what to do where a program is missing that makes archives here; `npm test` installs them. */
export function needArchivers(): void {
	const missing = ['python3', 'zip', 'unzip', '7z'].filter((program) => spawnSync('which', [program]).status !== 0);
	if (missing.length > 0) throw new Error(`The tests of ZIP archives need ${missing.join(', ')}: run npm test once, or install them.`);
}

/** Does something in a folder that holds a tree, and nothing else. */
function inFolder(tree: Tree, work: (folder: string) => Buffer): Buffer {
	const folder = mkdtempSync(join(tmpdir(), 'pixxel-zip-'));
	try {
		for (const [path, bytes] of Object.entries(tree)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), bytes);
		}
		return work(folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const MOST_BYTES = 64 * 1024 * 1024;
const run = (cwd: string, command: string, args: string[]) => execFileSync(command, args, { cwd, maxBuffer: MOST_BYTES, stdio: ['ignore', 'pipe', 'pipe'] });

/** What a program writes into a file that it is given before the paths. */
const toFile = (tree: Tree, command: string, ...args: string[]): Buffer =>
	inFolder(tree, (folder) => {
		run(folder, command, [...args, 'out.zip', ...Object.keys(tree)]);
		return readFileSync(join(folder, 'out.zip'));
	});

/** Python's zipfile, by a program that gets the paths in the order of the tree. */
function byPython(tree: Tree, out: 'whole' | 'Unseekable(whole)', method = 'ZIP_DEFLATED', write = 'archive.write(path)'): Buffer {
	const program = `
import io, sys, zipfile
class Unseekable:
    def __init__(self, out): self.out = out
    def write(self, data): return self.out.write(data)
    def flush(self): pass
whole = io.BytesIO()
with zipfile.ZipFile(${out}, 'w', zipfile.${method}) as archive:
    for path in sys.argv[1:]:
        ${write}
sys.stdout.buffer.write(whole.getvalue())
`;
	return inFolder(tree, (folder) => run(folder, 'python3', ['-c', program, ...Object.keys(tree)]));
}

const FORCED = "with archive.open(path, 'w', force_zip64=True) as entry: entry.write(open(path, 'rb').read())";

const WRITERS = {
	"Python's zipfile": (tree: Tree) => byPython(tree, 'whole'),
	"Python's zipfile, not compressed": (tree: Tree) => byPython(tree, 'Unseekable(whole)', 'ZIP_STORED'),
	"Python's zipfile, streamed": (tree: Tree) => byPython(tree, 'Unseekable(whole)'),
	"Python's zipfile, with ZIP64 forced": (tree: Tree) => byPython(tree, 'Unseekable(whole)', 'ZIP_DEFLATED', FORCED),
	"Info-ZIP's zip": (tree: Tree) => toFile(tree, 'zip', '-q', '-X'),
	"Info-ZIP's zip, piped": (tree: Tree) => inFolder(tree, (folder) => run(folder, 'zip', ['-q', '-', ...Object.keys(tree)])),
	'7-Zip': (tree: Tree) => toFile(tree, '7z', 'a', '-tzip', '-bd'),
	yazl: async (tree: Tree) => {
		const zip = new ZipFile();
		for (const [path, bytes] of Object.entries(tree)) zip.addBuffer(bytes, path, { mtime: new Date(2026, 0, 31, 12) });
		zip.end();
		return await buffer(zip.outputStream);
	},
	'yazl, with ZIP64 forced': async (tree: Tree) => {
		const zip = new ZipFile();
		for (const [path, bytes] of Object.entries(tree)) zip.addBuffer(bytes, path, { forceZip64Format: true });
		zip.end({ forceZip64Format: true, comment: '' });
		return await buffer(zip.outputStream);
	},
	fflate: (tree: Tree) => zipSync(tree),
};

export type Writer = keyof typeof WRITERS;

/** Programs and libraries of others. */
export const writers = Object.keys(WRITERS) as Writer[];

/** What one of them makes of a tree. */
export const archiveBy = async (writer: Writer, tree: Tree) => Buffer.from(await WRITERS[writer]({ ...tree }));

/** What Info-ZIP makes of a tree with a password. */
export const encrypted = (tree: Tree) => toFile(tree, 'zip', '-q', '-P', 'secret');

/** Compressed in a way that is not deflate. */
export const compressedBy = (method: 'bzip2' | 'lzma', tree: Tree) => toFile(tree, '7z', 'a', '-tzip', `-mm=${method}`, '-bd');
