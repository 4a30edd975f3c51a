import { images } from '../../api/lists/images';
import { takeFirst } from '../../api/lists/paging';
import type { PixxelClient } from '../../api/PixxelClient';
import { timeOf, unexpectedAnswer } from '../../api/readAnswer';
import type { EventSource } from './EventSource';

/** An image is new in the catalog. */
export function imageDelivered(pixxel: PixxelClient): EventSource {
	return {
		noun: 'image',
		owner: 'catalog',
		happened: 'been delivered',
		toSeeOne: 'order an image in Aurora',
		scope: 'images of the catalog',
		idOf: ({ id }) => String(id),
		outcomeOf: () => 'succeeded',
		endOf: ({ created_at: createdAt }) => timeOf(createdAt) ?? 0,

		async list(policy) {
			const listed = await takeFirst(images(pixxel, { url: '/v0/catalogs/search', method: 'POST' }, Infinity, policy), Infinity);
			if (listed.every(({ id }) => typeof id === 'string' && id !== '')) return listed;
			throw unexpectedAnswer(undefined, 'the ID of an image');
		},

		details: async (image) => ({ json: image }),
		withoutDetails: (image) => ({ json: image }),
	};
}
