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
		['odd/[x]*?.txt', ['odd/[x]*?.txt']],
		['[x]*.txt', ['odd/[x]*?.txt']],
	])('%j want %j', (patterns, paths) => {
		expect(wanted(patterns)).toEqual(paths);
	});

	test.each(['*.tiff', 'tif', 'bands', 'rasters', 'a/b', '.*', 'rasters/?', 'quicklook.png/x'])('%j want nothing, and what is there is told', (patterns) => {
		expect(() => wanted(patterns)).toThrow(`No file in the package matches "${patterns}"`);
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
