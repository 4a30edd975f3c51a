import fc, { draws } from '../drawn.mts';
import { mimeTypeOf } from '../../nodes/Pixxel/download/files/mimeTypes.ts';
import { folded, globOf } from '../../nodes/Pixxel/download/files/globs.ts';
import { selectFiles } from '../../nodes/Pixxel/download/files/selectFiles.ts';

const PATHS = [
	'rasters/bands.tif',
	'rasters/NDVI.TIF',
	'rasters/deep/er/a.tif',
	'vectors/zones.geojson',
	'quicklook.png',
	'statistics.json',
	'odd/a,b (1).json',
	'odd/[x]*?.txt',
	// As Windows and Linux write it, and as macOS does.
	'champs/\u00e9t\u00e9.csv',
	'champs/e\u0301te\u0301.csv',
	'champs/e\u0301te\u0301, hiver.csv',
];
const wanted = (patterns: string) => selectFiles(PATHS.map((path) => ({ path })), patterns).map(({ path }) => path);

describe('patterns', () => {
	test.each([
		['', PATHS],
		[' \n ,', PATHS],
		['*', PATHS],
		['**', PATHS],
		['*.tif', ['rasters/bands.tif', 'rasters/NDVI.TIF', 'rasters/deep/er/a.tif']],
		['*.PNG, statistics.*', ['quicklook.png', 'statistics.json']],
		['*.png\r\n*.geojson', ['vectors/zones.geojson', 'quicklook.png']],
		['rasters/*', ['rasters/bands.tif', 'rasters/NDVI.TIF']],
		['rasters/**', ['rasters/bands.tif', 'rasters/NDVI.TIF', 'rasters/deep/er/a.tif']],
		['/', PATHS],
		['/*', ['quicklook.png', 'statistics.json']],
		['/*.json', ['statistics.json']],
		['./*.json, /*.tif', ['statistics.json']],
		['/Statistics.json', ['statistics.json']],
		['NDVI.tif, STATISTICS.JSON, none', ['rasters/NDVI.TIF', 'statistics.json']],
		['CHAMPS/\u00c9T\u00c9.CSV', ['champs/\u00e9t\u00e9.csv', 'champs/e\u0301te\u0301.csv']],
		['rasters/', ['rasters/bands.tif', 'rasters/NDVI.TIF', 'rasters/deep/er/a.tif']],
		['./rasters/ndvi.tif', ['rasters/NDVI.TIF']],
		['**/a.tif', ['rasters/deep/er/a.tif']],
		['rasters/**/a.tif', ['rasters/deep/er/a.tif']],
		['**/quicklook.png', ['quicklook.png']],
		['*/*.json', ['odd/a,b (1).json']],
		['nd?i.tif', ['rasters/NDVI.TIF']],
		['?.tif', ['rasters/deep/er/a.tif']],
		['b*s.t?f', ['rasters/bands.tif']],
		['odd/a,b (1).json', ['odd/a,b (1).json']],
		['odd/a,b (1).json\n*.png', ['quicklook.png', 'odd/a,b (1).json']],
		['*.png, odd/a,b (1).json,nd*', ['rasters/NDVI.TIF', 'quicklook.png', 'odd/a,b (1).json']],
		['odd/a,b (1).json, odd/a,b (1).json', ['odd/a,b (1).json']],
		['\u00e9*.csv', ['champs/\u00e9t\u00e9.csv', 'champs/e\u0301te\u0301.csv', 'champs/e\u0301te\u0301, hiver.csv']],
		['champs/e\u0301t?.csv', ['champs/\u00e9t\u00e9.csv', 'champs/e\u0301te\u0301.csv']],
		['champs/e\u0301te\u0301.csv', ['champs/e\u0301te\u0301.csv']],
		['*.png, champs/e\u0301te\u0301, hiver.csv', ['quicklook.png', 'champs/e\u0301te\u0301, hiver.csv']],
		['odd/[x]*?.txt', ['odd/[x]*?.txt']],
		['[x]*.txt', ['odd/[x]*?.txt']],
	])('%j want %j', (patterns, paths) => {
		expect(wanted(patterns)).toEqual(paths);
	});

	test.each(['*.tiff', 'tif', 'bands', 'rasters', 'a/b', '.*', 'rasters/?', 'quicklook.png/x', '/bands.tif', './a.tif', '/*.csv'])('%j want nothing, and what is there is told', (patterns) => {
		expect(() => wanted(patterns)).toThrow(`No file in the package matches "${patterns}"`);
	});

	test.each([
		[10, '0, 1, 2, 3, 4, 5, 6, 7, 8, 9'],
		[12, '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 2 more'],
	])('of %i files, a refusal shows ten', (count, names) => {
		const advice = `There are: ${names}. Correct the patterns under "Files", e.g. *.tif, *.png or folder/**, or leave them empty for all files.`;
		const files = Array.from({ length: count }, (_, n) => ({ path: String(n) }));
		expect(() => selectFiles(files, 'none')).toThrow(expect.objectContaining({ advice }));
	});

	test.each([
		['rasters', '"rasters" is a folder: did you mean rasters/**? There are: '],
		['*.jpg, RASTERS', '"RASTERS" is a folder: did you mean RASTERS/**? There are: '],
		['"*.tif"', 'Patterns are written without quotation marks. There are: '],
		["'*.tif', '*.png'", 'Patterns are written without quotation marks. There are: '],
		['*.tif *.png', 'Separate patterns by commas. There are: '],
		['*.jpg', 'There are: '],
	])('a refusal says what may have been meant by %s', (patterns, advice) => {
		expect(() => wanted(patterns)).toThrow(expect.objectContaining({ advice: expect.stringMatching(new RegExp(`^${advice.replace(/[*?]/g, '\\$&')}`)) }));
	});

	test('a semicolon separates as a comma does, and may be part of a path', () => {
		expect(wanted('quicklook.png; statistics.json')).toEqual(wanted('quicklook.png, statistics.json'));
		const files = [{ path: 'a;b,c.tif' }, { path: 'b' }, { path: 'a' }];
		expect(selectFiles(files, 'a;b,c.tif, a')).toEqual([files[0], files[2]]);
		expect(selectFiles(files, 'a;b')).toEqual([files[1], files[2]]);
	});

	test('of a hundred thousand files, and as many paths', () => {
		const paths = Array.from({ length: 100_000 }, (_, n) => `tiles/${n},${n % 7}.png`);
		expect(selectFiles(paths.map((path) => ({ path })), paths.slice(5, 800).join(', '))).toHaveLength(795);
	});

	test.each(['toString', 'constructor', '__proto__'])('%s is a name like any other', (name) => {
		const files = [{ path: `a/${name}` }, { path: `${name}.tif` }, { path: 'other' }];
		expect(selectFiles(files, name)).toEqual([files[0]]);
		expect(selectFiles(files, `**/${name}`)).toEqual([files[0]]);
		expect(selectFiles(files, `${name}*`)).toEqual(files.slice(0, 2));
		expect(() => selectFiles(files.slice(2), `${name}, ${name}*`)).toThrow('No file in the package matches');
	});

	test.each(['\u03c3\u03c2', '\u1e9e', '\u00df', '\u017f', '\u0130', '\u10d0'])('of %s, upper and lower case are the same with signs and without', (name) => {
		for (const path of [name, name.toUpperCase(), name.toLowerCase()].filter(({ length }) => length === name.length)) {
			expect(selectFiles([{ path: `a/${path}` }], name)).toHaveLength(1);
			expect(selectFiles([{ path: `a/${path}` }], `${name}*`)).toHaveLength(1);
		}
	});

	test.each(['strasse', 'STRASSE', 'stra?e, ?trasse', 'stra*se'])('a sign is one sign, in upper case as in lower: %s is not straße', (pattern) => {
		expect(selectFiles([{ path: 'strasse' }, { path: 'straße' }], pattern).at(-1)).toEqual({ path: pattern.startsWith('stra?') ? 'straße' : 'strasse' });
	});

	describe('of a hundred thousand files, thirty thousand: tried one after the other, they would take minutes', () => {
		const files = Array.from({ length: 100_000 }, (_, n) => ({ path: `tiles/${n % 100}/band ${n}.png` }));
		const last = files.slice(-30_000);
		test.each<[string, (path: string) => string]>([
			['paths', (path) => path],
			['names', (path) => path.split('/').at(-1) as string],
			['paths in upper case', (path) => path.toUpperCase()],
			['paths from the root on', (path) => `/${path}`],
		])('%s', (_what, patternOf) => {
			const patterns = last.map(({ path }) => patternOf(path)).join(', ');
			expect(selectFiles(files, `${patterns}, *.tif, /none/**`)).toEqual(last);
		});
	});

	test('a path of very many commas does not take long, and is found where it stands alone', () => {
		const files = [{ path: `a${','.repeat(60_000)}` }, { path: 'b,'.repeat(63) + 'b' }];
		expect(selectFiles(files, `${'x,'.repeat(20_000)}${files[1]?.path}`)).toEqual([files[1]]);
		expect(selectFiles(files, files[0]?.path as string)).toEqual([files[0]]);
	});

	test('a long name and many stars do not take long, nor does a path of many folders', () => {
		const name = 'a'.repeat(2_000);
		const files = [{ path: `${name}.tif` }, { path: 'a/'.repeat(1_000) }, { path: `${'a/a'.repeat(500)}.tif` }];
		expect(selectFiles(files, `${'*a'.repeat(50)}*.tif`)).toEqual([files[0]]);
		expect(selectFiles(files, `a/${'**/*a*'.repeat(20)}.tif`)).toEqual([files[2]]);
		expect(() => selectFiles(files, `${'*a'.repeat(50)}*a?if, ${'**/a**'.repeat(50)}b*, ${'**a*'.repeat(50)}?b`)).toThrow();
	});

	test('a thousand patterns with stars and fifty thousand files', () => {
		const files = Array.from({ length: 50_000 }, (_, n) => ({ path: `tiles/${n % 100}/band ${n} of north.png` }));
		const patterns = Array.from({ length: 1_000 }, (_, n) => [`**/band ${20_000 + n}*`, `*d ${30_000 + n}?of*.PNG`, `tiles/*/* ${40_000 + n} of *`][n % 3]);
		expect(selectFiles(files, patterns.join(', '))).toHaveLength(1_000);
	});

	test('any pattern means what a regular expression means by it', () => {
		const inRegExp = new Map([['**/', '(?:.*/)?'], ['**', '.*'], ['*', '[^/]*'], ['?', '[^/]'], ['.', '\\.']]);
		const bits = fc.array(fc.constantFrom('**/', '**', '*', '?', '/', 'a', 'B', 'ab', '.', 'ß', '𐐀', '𝒳'), { minLength: 1, maxLength: 8 });
		const texts = fc.array(fc.array(fc.constantFrom('/', 'a', 'b', 'A', '.', 'ẞ', '𐐨', '𝒳', '\n'), { maxLength: 10 }).map((signs) => signs.join('')), { minLength: 20, maxLength: 20 });
		const found = { some: 0, none: 0 };
		fc.assert(
			fc.property(bits, texts, (drawn, paths) => {
				const pattern = drawn.join('');
				const parts = pattern.split(/(\*\*+\/|\*\*+|\*|\?|\.)/).map((part) => inRegExp.get(part.replace(/\*{3,}/, '**')) ?? part);
				const expression = new RegExp(`^${parts.join('')}$`, 'isu');
				const matches = globOf(folded(pattern));
				for (const path of paths) {
					const wants = expression.test(path);
					expect([pattern, path, matches(folded(path))]).toEqual([pattern, path, wants]);
					found[wants ? 'some' : 'none']++;
				}
			}),
			draws(500, 20_000),
		);
		expect(found.some).toBeGreaterThan(100);
		expect(found.none).toBeGreaterThan(100);
	});
});

test.each([
	['A.TIFF', 'image/tiff'],
	['a.b.geojson', 'application/geo+json'],
	['a', 'application/octet-stream'],
	['a.constructor', 'application/octet-stream'],
])('the type of %s is %s', (name, type) => {
	expect(mimeTypeOf(name)).toBe(type);
});
