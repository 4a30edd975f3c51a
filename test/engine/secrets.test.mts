import { inspect, types } from 'node:util';
import nock from 'nock';
import { keys, known, type PackageSettings, type ScriptedAnswer, type StorageFault } from '../sandbox/client.mts';
import { type Download, Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const KEY = keys.valid;
const SIZE = 1_000_000;

/** What the node tells n8n's logger. */
let logged: unknown[];

const at = Sandboxed.forTests();

beforeEach(() => {
	logged = [];
	for (const level of ['error', 'warn', 'info', 'debug'] as const) {
		jest.spyOn(at.engine.logger, level).mockImplementation((...said) => void logged.push(said));
	}
});
afterAll(() => nock.restore());

/** The address of the API and of storage is none, in the words of an error; in an item it has no place. */
function expectNoSecret(thing: unknown, more: string[] = []): void {
	// All that can be seen of it, the hidden parts too; and what n8n would store.
	const whole = { showHidden: true, getters: true, depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity } as const;
	const text = `${inspect(thing, whole)}\n${JSON.stringify(thing)}`;
	for (const secret of [KEY, 'X-Sandbox-', 'Signature=', ...more]) {
		expect({ found: text.includes(secret) ? text : '', secret }).toEqual({ found: '', secret });
	}
}

interface Trouble {
	answers?: ScriptedAnswer[];
	faults?: StorageFault[];
	settings?: PackageSettings;
	choices?: Download;
}

const link = 'https://storage.example/p?X-Sandbox-Signature=abc';
const envelope = (message: string) => ({ error: { code: 'c', message, details: message } });

const failures: Array<[string, Trouble]> = [
	['a refusal that quotes the key', { answers: [{ status: 403, body: envelope(`Bad token ${KEY} for ${link}`) }] }],
	['a refusal in HTML that quotes the key', { answers: [{ status: 400, text: `<p>${KEY} ${link}</p>` }] }],
	['a server that breaks', { answers: [{ status: 500, body: envelope(KEY), repeat: true }], choices: { options: { maxWait: 0.5 } } }],
	['a line that breaks', { answers: [{ fault: 'reset', repeat: true }], choices: { options: { maxWait: 0.5 } } }],
	['a server that does not answer', { answers: [{ fault: 'stall', repeat: true }], choices: { options: { maxWait: 0.5 } } }],
	['an answer that is none', { answers: [{ text: `${KEY} ${link}`, repeat: true }] }],
	['a link of the wrong type', { answers: [{ body: { status: 'ready', signed_url: [link] } }] }],
	['a status that says failed', { settings: { failStatus: 'failed' } }],
	['a status in more words', { answers: [{ body: { status: `failed: ${link} refused ${KEY}` } }] }],
	['a deadline with such a status', { answers: [{ body: { status: `waits for ${link} and ${KEY}` }, repeat: true }], choices: { options: { maxWait: 0.5 } } }],
	['a deadline', { settings: { neverReady: true }, choices: { options: { maxWait: 0.5 } } }],
	['a redirect', { answers: [{ status: 302, headers: { location: link } }] }],
	['storage that refuses every link', { faults: [{ expire: true, repeat: true }] }],
	['storage that has nothing', { faults: [{ status: 404, body: `<Error><Code>NoSuchKey</Code><Resource>${link}</Resource></Error>`, repeat: true }] }],
	['storage that refuses, and quotes the link', { faults: [{ status: 400, body: `<Error><Code>${link}</Code></Error>` }] }],
	['a wrong digest', { settings: { digests: ['content-md5'], wrongDigest: true } }],
	['a link that expires, with no other', { faults: [{ cutAt: 1_000 }, { expire: true }], answers: [{ delayMs: 1 }, { status: 403, body: envelope(link) }] }],
	['a redirect of storage to nowhere', { faults: [{ status: 302, headers: { location: `ftp://x.example/?X-Sandbox-Signature=abc` } }] }],
];

describe('neither the key nor a signed URL shows', () => {
	test.each(failures)('in the error, the error item or the log of %s', async (_name, { answers = [], faults = [], settings, choices }) => {
		for (const node of [{}, { onError: 'continueRegularOutput' as const }]) {
			await at.sandbox.reset();
			await at.sandbox.configurePackage(taskId, { size: SIZE, ...settings });
			await at.sandbox.addFaults(taskId, faults);
			if (answers.length > 0) await at.sandbox.script({}, answers);
			const outcome: unknown = await at.download(choices, { node }).catch((error: unknown) => error);
			if (Array.isArray(outcome)) expect(outcome).toEqual([expect.objectContaining({ json: { error: expect.any(String), message: expect.any(String) } })]);
			else expect(types.isNativeError(outcome)).toBe(true);
			expectNoSecret(outcome);
		}
		expectNoSecret(logged);
	});

	test('in the error of a request that cannot even be sent', async () => {
		nock('https://nobody.example').put(/./).replyWithError(`No leave to send ${KEY} to ${link}`);
		const error = await at.refusal({}, { credential: { baseUrl: 'https://nobody.example' } });
		expect(error.message).toBe('The request to nobody.example could not be sent');
		expect(error.description).toMatch(/No leave to send \[key removed\] to \[link removed\]/);
		expectNoSecret(error);
		expectNoSecret(logged);
	});

	test('in the error of storage that cannot be spoken to', async () => {
		const link = `https://${at.sandbox.host}/p?X-Sandbox-Signature=abc`;
		await at.sandbox.script({}, { body: { id: taskId, status: 'ready', signed_url: link } });
		const error = await at.refusal();
		expect(error.message).toBe('The package could not be fetched: the request to its storage could not be sent');
		expectNoSecret(error);
		expectNoSecret(logged);
	});

	test('in the item, the file and the log of a download that goes well, after some trouble', async () => {
		await at.sandbox.configurePackage(taskId, { size: SIZE, readyAfterMs: 700 });
		await at.sandbox.addFaults(taskId, [{ status: 503 }, { cutAt: 300_000 }, { expire: true }, { replace: true }]);
		expectNoSecret(await at.download(), [at.sandbox.host, 'http']);
		expectNoSecret(logged);
		const log = logged.flat().join('\n');
		expect(log).toMatch(
			/waiting for a package \(status "pending"\)[\s\S]*ready after \d{1,2}(\.\d)? second[\s\S]*fetching 1\.0 MB[\s\S]*starting again[\s\S]*fetched/,
		);
		expect(log.match(/waiting for a package/g)).toHaveLength(1);
	});
});
