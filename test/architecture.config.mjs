/**
 * What holds of the whole tree: imports go downwards only, and nothing grows too large to be read. `npm test` has ESLint look
 * at it, beside n8n's own linter, whose configuration is not to be changed.
 */
import parser from '@typescript-eslint/parser';
import imports, { createNodeResolver } from 'eslint-plugin-import-x';

/** What knows nothing of n8n, whose `sleep` stands behind the clock. */
const WITHOUT_N8N = ['retry/backoff.ts', 'retry/networkErrors.ts', 'retry/retryAfter.ts', 'errors', 'bytes'];

/**
 * The rooms of nodes/Pixxel and what each may import, itself aside. Whatever is not named here (the nodes, resources, fields,
 * lists, the trigger) stands above them all: none of these may import it.
 */
const ROOMS = {
	download: ['packages', 'item', 'api', 'zip', 'transfer', 'retry', 'errors', 'bytes'],
	packages: ['item', 'api', 'transfer/fileNames.ts', 'errors'],
	'packages/jobs': ['item', 'api', 'transfer/fileNames.ts', 'errors'],
	'download/files': ['errors'],
	picture: ['item', 'api', 'transfer/fileNames.ts', 'errors'],
	job: ['item', 'api', 'retry', 'errors'],
	item: ['api', 'retry', 'errors'],
	api: ['retry', 'errors'],
	'zip/directory': ['zip/format', 'bytes', 'errors'],
	'zip/extract': ['zip/format', 'bytes', 'errors'],
	'zip/format': ['bytes', 'errors'],
	transfer: WITHOUT_N8N,
	'transfer/segments': ['transfer/concurrency', 'transfer/remote', ...WITHOUT_N8N],
	'transfer/remote': WITHOUT_N8N,
	'transfer/concurrency': [],
	retry: ['errors'],
	errors: [],
	bytes: [],
};

const downwards = Object.entries(ROOMS).map(([room, below]) => ({
	target: `nodes/Pixxel/${room}`,
	from: '.',
	except: ['node_modules', ...[room, ...below].map((each) => `nodes/Pixxel/${each}`)],
	message:
		`${room}/ may import only from ${below.join('/, ') || 'itself'}. Move what is needed further down (to retry/, errors/ or bytes/, if all stand on it), or hand it in ` +
		'as an argument; CONTRIBUTING.md has the map.',
}));

const apart = [
	{ target: ['nodes', 'credentials'], from: 'test', message: 'The product knows nothing of its tests: what both need belongs to the product.' },
	{ target: 'credentials', from: 'nodes', message: 'Credentials stand alone: n8n loads them without the nodes.' },
	{ target: 'nodes', from: 'credentials', message: "A node gets its credential from n8n, by the credential's name." },
];

/** Packages that a room may import; `why` completes a sentence. */
const packages = (room, allowed, why) => ({
	files: [`nodes/Pixxel/${room}/**`],
	rules: {
		'no-restricted-imports': ['error', { patterns: [{ regex: `^(?!\\.|(${allowed.join('|')})$)`, message: `${room}/ knows ${why}: hand it in as an argument.` }] }],
	},
});

/** Lines of a file and of a function, with comments and blank lines, stay below these: who reads scrolls past them too. */
const sizes = (fileLines, functionLines) => ({
	'max-lines': ['error', fileLines - 1],
	'max-lines-per-function': ['error', functionLines - 1],
});

export default [
	{
		files: ['{nodes,credentials,test}/**/*.{ts,mts}'],
		languageOptions: { parser },
		plugins: { 'import-x': imports },
		settings: {
			'import-x/extensions': ['.ts', '.mts'],
			'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.mts'] },
			'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mts', '.js'] })],
		},
		rules: {
			'import-x/no-cycle': 'error',
			'import-x/no-restricted-paths': ['error', { zones: [...downwards, ...apart] }],
		},
	},
	packages('zip', [], 'bytes, and nothing of HTTP or n8n'),
	packages('transfer', ['crypto'], 'nothing of n8n'),
	{ files: ['{nodes,credentials}/**'], rules: sizes(200, 50) },
	{ files: ['test/**'], rules: sizes(400, 50) },
	// There, a function is the list of all tests on one thing.
	{ files: ['test/**/*.test.mts'], rules: { 'max-lines': ['error', 599], 'max-lines-per-function': 'off' } },
];
