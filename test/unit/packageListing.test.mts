import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { zipSync } from 'fflate';
import { PackageListing } from '../n8n/demo/packageListing.mts';

const watched = async (bytes: Uint8Array) => {
	const listing = new PackageListing();
	const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_none, index) => bytes.slice(index * 1000, (index + 1) * 1000));
	return { seen: await buffer(Readable.from(listing.watch(pieces))), lines: listing.lines };
};

describe('what npm start says is in a package', () => {
	it('names each file with its unpacked size, and lets the bytes pass', async () => {
		const zip = zipSync({
			'rasters/bands.tif': new Uint8Array(200_000),
			empty: {},
			'quicklook.png': [Uint8Array.from({ length: 3_000 }, (_none, at) => at), { level: 0 }],
		});
		const { seen, lines } = await watched(zip);
		expect(seen.equals(zip)).toBe(true);
		expect(lines).toEqual(['rasters/bands.tif  200,000 bytes', 'quicklook.png        3,000 bytes']);
	});
	it('says nothing of what is no ZIP', async () => {
		expect((await watched(Buffer.alloc(5_000, 'text'))).lines).toEqual([]);
	});
});
