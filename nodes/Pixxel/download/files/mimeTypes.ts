/** Types of what analyses bring, by the endings of their names (IANA's media types, and what the formats' makers say). */
const TYPES: Record<string, string> = {
	csv: 'text/csv',
	geojson: 'application/geo+json',
	gif: 'image/gif',
	gml: 'application/gml+xml',
	gpkg: 'application/geopackage+sqlite3',
	gz: 'application/gzip',
	h5: 'application/x-hdf5',
	html: 'text/html',
	jp2: 'image/jp2',
	jpeg: 'image/jpeg',
	jpg: 'image/jpeg',
	json: 'application/json',
	kml: 'application/vnd.google-earth.kml+xml',
	kmz: 'application/vnd.google-earth.kmz',
	md: 'text/markdown',
	nc: 'application/x-netcdf',
	parquet: 'application/vnd.apache.parquet',
	pdf: 'application/pdf',
	png: 'image/png',
	svg: 'image/svg+xml',
	tif: 'image/tiff',
	tiff: 'image/tiff',
	txt: 'text/plain',
	webp: 'image/webp',
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	xml: 'application/xml',
	yaml: 'application/yaml',
	yml: 'application/yaml',
	zip: 'application/zip',
};

/** The MIME type of a file, by its name. */
export function mimeTypeOf(name: string): string {
	const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
	return Object.hasOwn(TYPES, ending) ? (TYPES[ending] as string) : 'application/octet-stream';
}
