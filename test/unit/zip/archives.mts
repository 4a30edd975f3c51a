import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zipSync } from 'fflate';
import { ZipFile } from 'yazl';

/** Files by their paths. */
export type Tree = Record<string, Buffer>;

/** Says what to do where a program is missing that makes archives here; `npm test` installs them. */
export function needArchivers(): void {
	const missing = ['python3', 'zip', '7z'].filter((program) => spawnSync('which', [program]).status !== 0);
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

/** Python's zipfile, by a program that gets the paths in the order of the tree. */
function byPython(tree: Tree, open: string, write: string): Buffer {
	const program = `
import sys, zipfile
class Unseekable:
    def __init__(self, out): self.out = out
    def write(self, data): return self.out.write(data)
    def flush(self): self.out.flush()
with ${open} as archive:
    for path in sys.argv[1:]:
        ${write}
`;
	return inFolder(tree, (folder) => run(folder, 'python3', ['-c', program, ...Object.keys(tree)]));
}

const STDOUT = 'sys.stdout.buffer';

/** Programs and libraries of others, and what they make of a tree. */
export const WRITERS: Record<string, (tree: Tree) => Promise<Buffer> | Buffer> = {
	"Python's zipfile": (tree) =>
		inFolder(tree, (folder) => {
			const program = "import sys, zipfile\nwith zipfile.ZipFile('../out.zip', 'w', zipfile.ZIP_DEFLATED) as z:\n    for p in sys.argv[1:]: z.write(p)";
			mkdirSync(join(folder, '.work'));
			run(join(folder, '.work'), 'python3', ['-c', program.replace('z.write(p)', "z.write('../' + p, p)"), ...Object.keys(tree)]);
			return readFileSync(join(folder, 'out.zip'));
		}),
	"Python's zipfile, not compressed": (tree) => byPython(tree, `zipfile.ZipFile(Unseekable(${STDOUT}), 'w', zipfile.ZIP_STORED)`, 'archive.write(path)'),
	"Python's zipfile, streamed": (tree) => byPython(tree, `zipfile.ZipFile(Unseekable(${STDOUT}), 'w', zipfile.ZIP_DEFLATED)`, 'archive.write(path)'),
	"Python's zipfile, with ZIP64 forced": (tree) =>
		byPython(
			tree,
			`zipfile.ZipFile(Unseekable(${STDOUT}), 'w', zipfile.ZIP_DEFLATED)`,
			"with archive.open(path, 'w', force_zip64=True) as entry: entry.write(open(path, 'rb').read())",
		),
	"Info-ZIP's zip": (tree) =>
		inFolder(tree, (folder) => {
			run(folder, 'zip', ['-q', '-X', 'out.zip', ...Object.keys(tree)]);
			return readFileSync(join(folder, 'out.zip'));
		}),
	"Info-ZIP's zip, piped": (tree) => inFolder(tree, (folder) => run(folder, 'zip', ['-q', '-', ...Object.keys(tree)])),
	'7-Zip': (tree) =>
		inFolder(tree, (folder) => {
			run(folder, '7z', ['a', '-tzip', '-bd', 'out.zip', ...Object.keys(tree)]);
			return readFileSync(join(folder, 'out.zip'));
		}),
	yazl: async (tree) => {
		const zip = new ZipFile();
		for (const [path, bytes] of Object.entries(tree)) zip.addBuffer(bytes, path, { mtime: new Date(2026, 0, 31, 12) });
		zip.end();
		return await buffer(zip.outputStream);
	},
	'yazl, with ZIP64 forced': async (tree) => {
		const zip = new ZipFile();
		for (const [path, bytes] of Object.entries(tree)) zip.addBuffer(bytes, path, { forceZip64Format: true });
		zip.end({ forceZip64Format: true, comment: '' });
		return await buffer(zip.outputStream);
	},
	fflate: (tree) => Buffer.from(zipSync(tree)),
};

/** What Info-ZIP and 7-Zip make of a tree with a password. */
export const encrypted = (tree: Tree): Buffer =>
	inFolder(tree, (folder) => {
		run(folder, 'zip', ['-q', '-P', 'secret', 'out.zip', ...Object.keys(tree)]);
		return readFileSync(join(folder, 'out.zip'));
	});

/** Compressed in a way that is not deflate. */
export const compressedBy = (method: 'bzip2' | 'lzma', tree: Tree): Buffer =>
	inFolder(tree, (folder) => {
		run(folder, '7z', ['a', '-tzip', `-mm=${method}`, '-bd', 'out.zip', ...Object.keys(tree)]);
		return readFileSync(join(folder, 'out.zip'));
	});
