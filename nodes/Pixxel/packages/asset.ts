import { readId, requireIds } from '../item/parameters/ids';
import type { PackageSource } from './PackageSource';
import { postThenGet } from './protocols';

/** What was made of an area of interest: a mosaic, an image, a visualization. */
export const assetPackage: PackageSource = {
	...postThenGet('download_id', ({ context }) => ({ asset_ids: [readId(context, 'assetId')] })),
	noun: 'asset',
	validate: (context) => requireIds(context, ['aoiId', 'assetId']),
	fileName: ({ context }) => ({ id: readId(context, 'assetId') }),
};
