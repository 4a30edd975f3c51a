import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'pixxel-tarball-'));
const unpacked = join(folder, 'package');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, any>;
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const filesBelow = (directory: string) =>
	readdirSync(directory, { recursive: true })
		.map((path) => String(path).replaceAll('\\', '/'))
		.filter((path) => statSync(join(directory, path)).isFile());

let files: string[];

beforeAll(() => {
	execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
	const [tarball] = readdirSync(folder);
	execFileSync('tar', ['xzf', join(folder, tarball as string), '-C', folder]);
	files = filesBelow(unpacked);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
	test('holds what users need and no more', () => {
		const outside = files.filter((file) => !file.startsWith('dist/'));
		expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'index.js', 'package.json']);
		const odd = files.filter((file) => !/^dist\/(nodes|credentials)\/.*\.(js|svg|json)$/.test(file) || /test|sandbox/i.test(file));
		expect(odd.sort()).toEqual(outside.sort());
	});

	test('holds every file that package.json names', () => {
		const named = [manifest.main, ...manifest.n8n.nodes, ...manifest.n8n.credentials] as string[];
		expect(named.filter((file) => !files.includes(file))).toEqual([]);
		for (const node of manifest.n8n.nodes as string[]) expect(files).toContain(node.replace(/\.js$/, '.json'));
	});

	test('is under 500 kB unpacked', () => {
		const bytes = files.reduce((sum, file) => sum + statSync(join(unpacked, file)).size, 0);
		expect(bytes).toBeLessThan(500_000);
	});

	test('loads, and its entry point does nothing', () => {
		expect(execFileSync(process.execPath, ['-p', `JSON.stringify(require(${JSON.stringify(unpacked)}))`]).toString().trim()).toBe('{}');
	});
});

test('no folder of the product has more than nine files: more is more than one idea', () => {
	const folders = readdirSync(join(root, 'nodes'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.parentPath);
	const crowded = [...new Set(folders)].filter((folder) => folders.filter((each) => each === folder).length > 9);
	expect(crowded).toEqual([]);
	expect(folders.length).toBeGreaterThan(100);
});

// What sources may import and touch in n8n Cloud is the linter's as well.
describe("n8n's requirements", () => {
	test("n8n's scanner finds nothing, in the sources and in the tarball, inline exceptions ignored", () => {
		const scan = `
			import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
			const results = [await analyzePackage(process.cwd(), SOURCE_FILE_PATTERNS), await analyzePackage(process.argv[1], ['**/*.js', 'package.json'])];
			console.log(JSON.stringify(results));`;
		const output = execFileSync(process.execPath, ['--input-type=module', '-e', scan, unpacked], {
			// With jest's "test", the linter's rules believe that they themselves are under test.
			env: { ...process.env, NODE_ENV: 'production' },
		});
		expect(JSON.parse(output.toString())).toEqual([{ passed: true }, { passed: true }]);
	});

	test('no source makes an exception for the linter or the compiler', () => {
		const sources = ['nodes', 'credentials'].flatMap((part) => filesBelow(join(root, part)).map((file) => `${part}/${file}`));
		const excepted = sources.filter((file) => /eslint-disable|@ts-(ignore|expect-error|nocheck)/.test(read(file)));
		expect(excepted).toEqual([]);
	});

	// Its own configuration, name, author, licence, keywords, lifecycle scripts and the dependencies that it may not have are the linter's.
	test('package.json has the fields that verification asks for', () => {
		expect(manifest).toMatchObject({
			repository: { type: 'git', url: expect.stringMatching(/^git\+https:\/\//) },
			homepage: expect.stringMatching(/^https:\/\//),
			n8n: { n8nNodesApiVersion: 1, strict: true },
		});
		expect(Object.keys(manifest).filter((field) => /^(bundled|optional)Dependencies$/.test(field))).toEqual([]);
	});

	test('the README has the sections that reviewers look for', () => {
		const headings = [...read('README.md').matchAll(/^##+ (.+)$/gm)].map(([, title]) => title);
		for (const section of ['Installation', 'Credential', 'Operations', 'Compatibility', 'Usage', 'Resources', 'Version history']) {
			expect(headings).toContain(section);
		}
		expect(existsSync(join(root, 'LICENSE'))).toBe(true);
	});

	test('the lockfile installs anywhere: it names no registry and misses no platform', () => {
		const { packages } = JSON.parse(read('package-lock.json')) as {
			packages: Record<string, { resolved?: string; integrity?: string; link?: boolean; optionalDependencies?: Record<string, string> }>;
		};
		const entries = Object.entries(packages).filter(([path]) => path !== '');
		expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
		expect(entries.filter(([, { integrity, link }]) => !integrity && !link).map(([path]) => path)).toEqual([]);
		const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
			Object.keys(optionalDependencies).filter((name) => !isInstalledFor(packages, path, name)),
		);
		expect(missing).toEqual([]);
	});
});

/** Whether the lockfile has a package in a folder where Node looks for it from `path`. */
function isInstalledFor(packages: Record<string, unknown>, path: string, name: string): boolean {
	const inFolder = `node_modules/${name}`;
	return Object.keys(packages).some(
		(at) => at.endsWith(inFolder) && path.startsWith(at.slice(0, -inFolder.length)),
	);
}
