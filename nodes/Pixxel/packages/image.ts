import { readId, requireIds } from '../item/parameters/ids';
import type { PackageSource } from './PackageSource';
import { postThenGet } from './protocols';

/** An image of the catalog: what was ordered, and has been delivered. */
export const imagePackage: PackageSource = {
	...postThenGet('id', ({ context }) => ({ catalog_ids: [readId(context, 'imageId')] })),
	noun: 'image',
	validate: (context) => requireIds(context, ['imageId']),
	fileName: ({ context }) => ({ id: readId(context, 'imageId') }),
};
