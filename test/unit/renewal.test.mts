import { Hope } from '../../nodes/Pixxel/transfer/Hope.ts';
import { RemotePackage } from '../../nodes/Pixxel/transfer/RemotePackage.ts';
import type { Storage, StorageAnswer } from '../../nodes/Pixxel/transfer/storage.ts';

const body = { async *[Symbol.asyncIterator]() {}, destroy() {} };
const refused: StorageAnswer = { status: 403, headers: {}, body };
const part = (range: string): StorageAnswer => {
	const [from, last] = range.replace('bytes=', '').split('-');
	return { status: 206, headers: { 'content-range': `bytes ${from}-${last}/100` }, body };
};

test('a refusal that comes in after the link was renewed for another connection asks for no second one', async () => {
	let renewals = 0;
	let letLateOneGo = () => {};
	const held = new Promise<void>((resolve) => {
		letLateOneGo = resolve;
	});
	const storage: Storage = {
		async get(url, headers) {
			const range = String(headers.Range);
			if (url === 'old' && range.startsWith('bytes=50-')) await held;
			return url === 'old' ? refused : part(range);
		},
		async renewUrl() {
			renewals++;
			return 'new';
		},
		now: Date.now,
		async pause() {},
		report() {},
	};
	const remote = new RemotePackage(storage, 'old', new AbortController().signal);
	const late = remote.openRange(50, 100, new Hope(remote));
	await expect(remote.openRange(0, 50, new Hope(remote))).resolves.toMatchObject({ status: 206 });
	expect(renewals).toBe(1);
	letLateOneGo();
	await expect(late).resolves.toMatchObject({ status: 206 });
	expect(renewals).toBe(1);
});
