import { fileType } from '../../nodes/Pixxel/download/fileType.ts';
import { wantedFiles } from '../../nodes/Pixxel/download/wantedFiles.ts';

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
const wanted = (patterns: string) => wantedFiles(PATHS.map((path) => ({ path })), patterns).map(({ path }) => path);

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
		['rasters/', ['rasters/bands.tif', 'rasters/NDVI.TIF', 'rasters/deep/er/a.tif']],
		['/rasters/*.tif', ['rasters/bands.tif', 'rasters/NDVI.TIF']],
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

	test.each(['*.tiff', 'tif', 'bands', 'rasters', 'a/b', '.*', 'rasters/?', 'quicklook.png/x'])('%j want nothing, and what is there is told', (patterns) => {
		expect(() => wanted(patterns)).toThrow(`No file in the package matches "${patterns}"`);
	});

	test.each([
		[10, '0, 1, 2, 3, 4, 5, 6, 7, 8, 9'],
		[12, '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 2 more'],
	])('of %i files, a refusal shows ten', (count, names) => {
		const advice = `There are: ${names}. Correct the patterns under "Files", e.g. *.tif, *.png or folder/**, or leave them empty for all files.`;
		const files = Array.from({ length: count }, (_, n) => ({ path: String(n) }));
		expect(() => wantedFiles(files, 'none')).toThrow(expect.objectContaining({ advice }));
	});

	test('of a hundred thousand files, and as many paths', () => {
		const paths = Array.from({ length: 100_000 }, (_, n) => `tiles/${n},${n % 7}.png`);
		expect(wantedFiles(paths.map((path) => ({ path })), paths.slice(5, 800).join(', '))).toHaveLength(795);
	});

	test('a long name and many stars do not take long', () => {
		const path = `${'a'.repeat(200)}.tif`;
		const startedAt = performance.now();
		expect(() => wantedFiles([{ path }], '*a*a*a*b')).toThrow();
		expect(performance.now() - startedAt).toBeLessThan(5_000);
	});
});

test.each([
	['a.tif', 'image/tiff'],
	['A.TIFF', 'image/tiff'],
	['a.png', 'image/png'],
	['a.json', 'application/json'],
	['a.b.geojson', 'application/geo+json'],
	['a', 'application/octet-stream'],
	['a.constructor', 'application/octet-stream'],
])('the type of %s is %s', (name, type) => {
	expect(fileType(name)).toBe(type);
});
