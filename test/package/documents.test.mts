import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = process.cwd();
const filesIn = (folder: string) => (readdirSync(join(root, folder), { recursive: true }) as string[]).map((file) => join(folder, file));
const documents = [...readdirSync(root), ...filesIn('docs'), ...filesIn('examples')].filter((file) => file.endsWith('.md'));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const text = (document: string) => readFileSync(join(root, document), 'utf8');

/** The anchors of a document, as code hosts make them of its headings. */
function anchorsOf(document: string): string[] {
	return [...text(document).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
		(title as string).toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, '').trim().replace(/\s/g, '-'),
	);
}

describe.each(documents)('%s', (document) => {
	test('links to files and headings that exist', () => {
		const links = [...text(document).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link]) => link as string);
		const broken = links.filter((link) => {
			const [file, anchor] = link.split('#') as [string, string | undefined];
			const target = file === '' ? document : join(dirname(document), file);
			return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
		});
		expect(broken).toEqual([]);
	});

	test('names commands that exist', () => {
		const commands = [...text(document).matchAll(/npm (?:run )?([a-z]\w*(?::\w+)*)/g)].map(([, name]) => name as string);
		const npmItself = ['ci', 'install', 'pack', 'publish', 'rebuild'];
		expect(commands.filter((name) => !(name in scripts) && !npmItself.includes(name))).toEqual([]);
	});

	test('names files and folders of the repository that exist', () => {
		const named = [...text(document).matchAll(/`((?:test|nodes|credentials|docs|examples)\/[\w./-]+)`/g)].map(([, path]) => path as string);
		expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
	});

	test('uses only addresses that are https', () => {
		expect([...text(document).matchAll(/http:\/\/(?!127\.0\.0\.1|localhost)[^\s)]+/g)].map(([url]) => url)).toEqual([]);
	});
});

describe('the README', () => {
	const readme = text('README.md');

	test('has no blank left to be filled in', () => {
		expect(readme.match(/<!--[\s\S]*?-->|TODO|FIXME|TBD/g) ?? []).toEqual([]);
	});

	test('can be read to its end', () => {
		expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
	});

	test('has messages that the list of them has as well', () => {
		const rows = [...readme.matchAll(/^\| (.+?) \|/gms)].map(([, cell]) => cell as string);
		const quoted = rows.filter((cell) => /Pixxel does not|has not finished|was not ready|No file in the package/.test(cell));
		expect(quoted).toHaveLength(5);
		expect(quoted.filter((message) => !text('docs/messages.md').includes(message))).toEqual([]);
	});
});

describe('the reference', () => {
	const reference = text('docs/reference.md');

	/** What the editor calls it: fields, what is in their collections, operations. */
	function namesIn(properties: Array<Record<string, any>>): string[] {
		return properties.flatMap(({ displayName, name, type, options = [] }) => {
			if (type === 'notice') return [];
			if (name === 'resource' || name === 'operation') return (options as Array<{ name: string }>).map((each) => each.name);
			return [displayName as string, ...(type === 'collection' ? namesIn(options as Array<Record<string, any>>) : [])];
		});
	}

	test.each(['Pixxel', 'PixxelTrigger'])('lists every operation and every field of %s', (name) => {
		const nodes = require(join(root, `dist/nodes/Pixxel/${name}.node.js`)) as Record<string, new () => { description: { properties: Array<Record<string, any>> } }>;
		const names = namesIn(new nodes[name]!().description.properties);
		expect(names.length).toBeGreaterThan(2);
		const words = reference.replace(/[^\p{L}\p{N}]+/gu, ' ');
		expect([...new Set(names)].filter((each) => !` ${words} `.includes(` ${each} `))).toEqual([]);
	});
});

describe('the page of messages', () => {
	const messagesPage = text('docs/messages.md');

	test('lists every message that the node can give', () => {
		const sources = filesIn('nodes').filter((file) => file.endsWith('.ts'));
		const messages = sources.flatMap((file) =>
			[...text(file).matchAll(/(?:new Failure\(|happened: )\s*(?:`([^`]*)`|'((?:[^'\\]|\\.)*)'|"([^"]*)")/g)].map(
				([, template, single, double]) => (template ?? single ?? double) as string,
			),
		);
		// What stands between the parts that are filled in: the longest piece is how a person recognises it.
		const pieces = messages.map((message) => message.split(/\$\{(?:[^{}]|\{[^}]*\})*\}/).reduce((a, b) => (b.length > a.length ? b : a)).trim());
		expect(pieces.length).toBeGreaterThan(25);
		expect([...new Set(pieces)].filter((piece) => !messagesPage.includes(piece))).toEqual([]);
	});
});
