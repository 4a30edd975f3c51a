import { known, type PackageSettings, type StorageFault } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const SIZE = 3_000_000;

/** Bytes that Node has received when a line breaks, and never hands over, how many is up to chance: they are fetched a second time. */
const ON_THE_WAY = 4 * 65_536;

/** A Range header that goes on where a line broke off: there, or a chunk or two before that. */
const rangeFrom = (cutAt: number) => ({
	asymmetricMatch(range: unknown) {
		const [, from] = /^bytes=(\d+)-2999999$/.exec(String(range)) ?? [];
		return Number(from) <= cutAt && Number(from) >= cutAt - ON_THE_WAY;
	},
	toAsymmetricMatcher: () => `bytes=${cutAt}-${SIZE - 1}`,
});

const at = Sandboxed.forTests();

/** Downloads a package over a line and a storage like this, and expects its exact bytes. */
async function survive(faults: StorageFault[], settings: PackageSettings = {}) {
	await at.sandbox.configurePackage(taskId, { size: SIZE, ...settings });
	await at.sandbox.addFaults(taskId, faults);
	const items = await at.download();
	await at.expectExact(items);
	expect(items[0]?.json.status).toBe('ready');
	const gets = await at.gets();
	return { gets, statuses: gets.map(({ status }) => status), puts: (await at.puts()).length, bytesSent: await at.bytesSent() };
}

const cuts = (...offsets: number[]): StorageFault[] => offsets.map((cutAt) => ({ cutAt }));

const FORTY = Array.from({ length: 40 }, (_, n) => (n + 1) * 70_000);

describe('a broken line', () => {
	test('is resumed by range from the last byte', async () => {
		const offsets = [100_000, 400_000, 400_001, 1_500_000, 1_700_000, 2_000_000, 2_500_000, 2_999_999];
		const { gets } = await survive(cuts(...offsets));
		expect(gets.map(({ headers }) => headers.range)).toEqual([undefined, ...offsets.map(rangeFrom)]);
	});

	test.each<[string, StorageFault[], PackageSettings]>([
		['cut forty times, since every one of them brings something', cuts(...FORTY), {}],
		['ended in good order, but early', [{ short: 1_000 }, { short: 1 }], {}],
		['behind a redirect to another path', cuts(1_000_000, 2_000_000), { redirect: 'path' }],
		['behind a redirect to another port', cuts(1_000_000, 2_000_000), { redirect: 'port' }],
	])('costs nothing twice but what was on its way: %s', async (_name, faults, settings) => {
		const { statuses, bytesSent } = await survive(faults, settings);
		expect(statuses.filter((status) => status !== 302)).toEqual([200, ...faults.map(() => 206)]);
		expect(bytesSent).toBeLessThan(SIZE + faults.length * ON_THE_WAY);
	});
});

test.each<[string, StorageFault]>([
	['500', { status: 500 }],
	['503 SlowDown', { status: 503 }],
	['429', { status: 429, retryAfter: 1 }],
	['408', { status: 408 }],
	['a reset', { reset: true }],
])('storage that has trouble is asked again, at the start and in the middle: %s', async (_name, fault) => {
	const { gets, puts } = await survive([fault, { cutAt: 1_000_000 }, fault]);
	expect(gets.map(({ headers }) => headers.range)).toEqual([undefined, undefined, rangeFrom(1_000_000), rangeFrom(1_000_000)]);
	expect(puts).toBe(1);
});

describe('a signed URL that expires', () => {
	test.each([403, 401, 410, 400])('half-way is replaced by exactly one fresh one, and the transfer goes on: %i', async (expiredStatus) => {
		const { gets, statuses, puts } = await survive([{ cutAt: 1_000_000 }, { expire: true }], { expiredStatus });
		expect(statuses).toEqual([200, expiredStatus, 206]);
		expect(gets[2]?.headers.range).toEqual(rangeFrom(1_000_000));
		expect(puts).toBe(2);
	});

	test('is replaced each time, when it happens again and again, from the first byte on', async () => {
		const times = [500_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000];
		const { puts } = await survive([{ expire: true }, ...times.flatMap((cutAt) => [{ cutAt }, { expire: true as const }])]);
		expect(puts).toBe(2 + times.length);
	});

	/** A package that Pixxel has to make anew, so many looks long. */
	const madeAnew = async (times: number) => {
		await at.sandbox.configurePackage(taskId, { size: SIZE });
		await at.sandbox.addFaults(taskId, [{ cutAt: 1_000_000 }, { expire: true }]);
		await at.sandbox.script({}, [{ delayMs: 1 }, { body: { id: taskId, status: 'pending', signed_url: '' }, times }]);
	};

	test('is waited for, where Pixxel has to make the package anew', async () => {
		await madeAnew(2);
		await at.expectExact(await at.download());
		expect(await at.puts()).toHaveLength(4);
	});

	test('is waited for no longer than is left of Max Wait', async () => {
		await at.sandbox.configurePackage(taskId, { size: SIZE });
		await at.sandbox.addFaults(taskId, [{ cutAt: 1_000_000 }, { expire: true }]);
		const pending = { body: { id: taskId, status: 'pending', signed_url: '' } };
		// Once there is a link after some time, it is refused, and no other one comes.
		await at.sandbox.script({}, [{ ...pending, times: 20 }, { delayMs: 1 }, { ...pending, repeat: true }]);
		const { message } = await at.refusal({ options: { maxWait: 1_800 } });
		expect(message).toBe('The package was not ready within 1800 seconds (last status: "pending")');
		const waitedMs = at.clock.pauses.reduce((sum, ms) => sum + ms, 0);
		expect(waitedMs).toBeGreaterThan(1_700_000);
		expect(waitedMs).toBeLessThanOrEqual(1_800_000);
	});

	test('is looked for once at least, and that again where Pixxel is busy, though nothing is left of Max Wait', async () => {
		await at.sandbox.configurePackage(taskId, { size: SIZE });
		await at.sandbox.addFaults(taskId, [{ cutAt: 1_000_000 }, { expire: true }]);
		await at.sandbox.script({}, [{ delayMs: 1 }, { status: 503, headers: { 'retry-after': '3' } }]);
		await at.expectExact(await at.download({ options: { maxWait: 2 } }));
		expect(await at.puts()).toHaveLength(3);
	});

	test('ends the download with a way out, where nobody wants to wait for that', async () => {
		await madeAnew(1);
		const { message, description } = await at.refusal({ waitUntilReady: false });
		expect(message).toBe('The link to the package expired, and Pixxel gave no new one');
		expect(description).toMatch(/Wait Until Ready/);
	});
});

describe('a package that is replaced half-way', () => {
	test.each<[string, StorageFault, PackageSettings]>([
		['by one of another size', { replace: true }, {}],
		['by one of the same size', { replaceSameSize: true }, {}],
		['by one of the same size, with a weak ETag', { replaceSameSize: true }, { etag: 'weak' }],
		['by one of the same size, known by its Last-Modified alone', { replaceSameSize: true }, { etag: 'none', latencyMs: 1_100 }],
		['by one of another size, without an ETag', { replace: true }, { etag: 'none' }],
		['by one of another size, without ETag and Last-Modified', { replace: true }, { etag: 'none', lastModified: false }],
		['by a larger one, without a length', { replace: true }, { announceLength: false }],
		['by one that ends before what is missing', { replaceSmaller: true }, { etag: 'weak' }],
	])('is fetched anew, and never mixed: %s', async (_name, fault, settings) => {
		await survive([{ cutAt: 2_000_000 }, fault], settings);
	});

	test('is fetched anew with the newest URL, without asking for another', async () => {
		const { puts } = await survive([{ cutAt: 1_000_000 }, { expire: true }, { cutAt: 2_000_000 }, { replace: true }]);
		expect(puts).toBe(2);
	});
});

describe('storage with ways of its own', () => {
	test.each<[string, StorageFault[], PackageSettings, statuses: number[]]>([
		['no ranges, which is read in one go', [], { ranges: false }, [200]],
		['no ranges, which is read from the first byte again after a cut', cuts(2_000_000), { ranges: false }, [200, 200, 200]],
		['no ranges once only', [...cuts(2_000_000), { ignoreRange: true }], {}, [200, 200, 200]],
		['neither ranges nor a length', cuts(2_000_000), { ranges: false, announceLength: false }, [200, 200]],
		['no length', [], { announceLength: false }, [200]],
	])('is coped with: %s', async (_name, faults, settings, statuses) => {
		expect((await survive(faults, settings)).statuses).toEqual(statuses);
	});

	test.each<[string, StorageFault]>([
		['other bytes, as its Content-Range says', { otherBytes: true }],
		['a Content-Range that is off', { wrongContentRange: true }],
		['no Content-Range', { noContentRange: true }],
	])('is not trusted where it answers with another part than the one asked for: %s', async (_name, fault) => {
		await survive([{ cutAt: 1_000_000 }, fault, { cutAt: 2_000_000 }, fault]);
	});

	test.each([0, 1, 2])('of whatever kind, hands out the exact %i bytes', async (size) => {
		for (const settings of [{}, { announceLength: false }, { ranges: false }, { redirect: 'path' as const }]) {
			await at.sandbox.reset();
			await survive([], { size, digests: ['content-md5', 'x-amz-checksum-sha256'], ...settings });
		}
	});

	test('that will not hand it out has its status and its reason named', async () => {
		await at.sandbox.addFaults(taskId, { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>', repeat: true });
		const { message, description, httpCode } = await at.refusal();
		expect(message).toBe('Storage refused the package: it answered with 404 (NoSuchKey)');
		expect(description).toBeTruthy();
		expect(httpCode).toBe('404');
		// What was just made may take some seconds to be there.
		expect(at.clock.pauses).toEqual([1_000, 2_000, 3_000, 4_000]);
		expect(await at.gets()).toHaveLength(5);
	});

	test('that does not have the package yet, which was just made, is asked again for ten seconds', async () => {
		await survive(Array.from({ length: 4 }, () => ({ status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' })));
		expect(at.clock.pauses).toEqual([1_000, 2_000, 3_000, 4_000]);
	});
});

describe('a digest that storage announces', () => {
	const kinds = ['x-goog-hash:md5', 'content-md5', 'x-amz-checksum-sha256', 'x-amz-checksum-sha1'] as const;

	test.each([...kinds, 'x-goog-hash:crc32c', 'x-amz-checksum-crc32c'] as const)(
		'does no harm when it is right, cut or not: %s',
		async (digest) => {
			await survive([{ cutAt: 1_000_000 }], { digests: [digest, 'x-goog-hash:md5'] });
		},
	);

	test.each(kinds)('finds one flipped byte, and no file is handed on: %s', async (digest) => {
		await at.sandbox.configurePackage(taskId, { size: SIZE, digests: [digest] });
		await at.sandbox.addFaults(taskId, [{ cutAt: 1_000_000 }, { corruptAt: 2_345_678 }]);
		const { message, description } = await at.refusal();
		expect(message).toMatch(/^The package does not match the (MD5|SHA1|SHA256) digest that storage announces$/);
		expect(description).toMatch(/No file was output/);
	});
});
