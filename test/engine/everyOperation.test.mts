import { keys, known } from '../sandbox/client.mts';
import { beginsOnce, callsOf, type Fields, OPERATIONS, perform, refusalOf } from './operations.mts';
import { byId, Sandboxed } from './sandboxed.mts';

const at = Sandboxed.forTests();

const words = (code: string, message: string) => ({ error: { code, message, details: null } });

const [WAIT, DO_NOT] = [{ waitUntilReady: true }, { waitUntilReady: false }];

describe.each(OPERATIONS)('%s: %s', (resource, operation, fields, wanted, calls = 1) => {
	test('gives every item its pair', async () => {
		const items = [{ json: { n: 0 } }, { json: { n: 1 } }, { json: { n: 2 } }];
		const found = await perform(at, resource, operation, { ...fields, limit: 2 }, { items });
		const each = operation === 'getAll' ? [0, 0, 1, 1, 2, 2] : [0, 1, 2];
		expect(found.map(({ pairedItem }) => pairedItem)).toEqual(each.map((item) => ({ item })));
		for (const { json } of found) expect(Object.keys(json)).not.toHaveLength(0);
		expect(await callsOf(at)).toHaveLength(3 * calls);
	});

	test.each([400, 401, 402, 403, 404, 405, 409, 422, 451])("shows a refusal (%i) in Pixxel's words, and does not ask again", async (status) => {
		for (const choice of [WAIT, DO_NOT]) {
			await at.sandbox.forgetRequests();
			await at.sandbox.script({}, { status, body: words('some_code', 'Words of Pixxel') });
			const error = await refusalOf(at, resource, operation, { ...fields, ...choice });
			expect(error).toMatchObject({
				name: 'NodeApiError',
				message: 'Words of Pixxel (some_code)',
				httpCode: String(status),
				description: expect.stringMatching(/\w{3}/),
			});
			expect(error.context?.itemIndex).toBe(0);
			// After a refused download, a look at the job tells whether that was too early.
			const looks = operation === 'download' && ['task', 'job'].includes(resource) && [400, 409].includes(status);
			const { workflowId, jobId } = known.demo;
			expect((await callsOf(at)).slice(1)).toEqual(looks ? [`GET /v0/workflows/${workflowId}/jobs/${jobId}`] : []);
		}
	});

	test.each([
		['a key nobody knows', 'nobodys-key', '401', /key.*credential|credential.*key/is],
		['an expired key', keys.expired, '403', /key.*expired|expired.*key/is],
		['a revoked key', keys.revoked, '403', /key.*revoked|revoked.*key/is],
	])('says what to do about %s', async (_name, apiKey, httpCode, advice) => {
		const error = await refusalOf(at, resource, operation, fields, { credential: { apiKey } });
		expect(error).toMatchObject({ httpCode, description: expect.stringMatching(advice) });
	});

	test.each([{ onError: 'continueRegularOutput' }, { onError: 'continueErrorOutput' }, { continueOnFail: true }] as const)(
		'goes on after an item that Pixxel refuses: %j',
		async (node) => {
			await at.sandbox.script({}, { status: 403, body: words('forbidden', 'No') });
			const items = [{ json: {} }, { json: {} }];
			const found = await perform(at, resource, operation, { ...fields, limit: 1 }, { items, node });
			expect(found).toHaveLength(2);
			const [refused, served] = [...found].sort((a, b) => Number(Boolean(b.json.error)) - Number(Boolean(a.json.error)));
			expect(refused?.json).toEqual({ error: 'No (forbidden)', message: expect.stringMatching(/^No \(forbidden\)\. .*Aurora/) });
			expect(served?.json).not.toHaveProperty('error');
			expect(found.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		},
	);

	test.each([
		['no body', { text: '' }, 'nothing'],
		['204', { status: 204 }, 'nothing'],
		['null', { body: null }, 'nothing'],
		['text', { text: 'ready' }, 'text'],
		['a sign-in page', { text: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }, 'text'],
		['broken JSON', { text: '{"status": "rea', headers: { 'content-type': 'application/json' } }, 'text'],
		['a list', { body: [{ status: 'ready' }] }, 'a list'],
		['a number', { body: 7 }, 'a number'],
		['true', { body: true }, 'a boolean'],
		['a word', { body: 'ready' }, 'text'],
	])('says so, after one call, where Pixxel answers with %s; after four, where who waits for a package gets no JSON', async (_name, answer, what) => {
		for (const choice of [WAIT, DO_NOT]) {
			const isRepeated = operation === 'download' && !beginsOnce(resource, operation);
			const times = isRepeated && choice === WAIT && ['nothing', 'text'].includes(what) ? 4 : 1;
			await at.sandbox.forgetRequests();
			await at.sandbox.script({}, { ...answer, times });
			const error = await refusalOf(at, resource, operation, { ...fields, ...choice });
			const inDoubt = operation === 'create' ? 'The job may or may not have started: ' : 'The download may or may not have been requested: ';
			const doubt = beginsOnce(resource, operation) ? inDoubt : '';
			expect(error.message).toBe(`${doubt}Pixxel answered with ${what} instead of ${wanted}`);
			expect(error.description).toMatch(doubt ? /Aurora|costs nothing/ : /Base URL/);
			expect(await callsOf(at)).toHaveLength(times);
		}
	});
});

/** Runs operations side by side: each gets the same answer first. */
async function allAtOnce(operations: typeof OPERATIONS, answer: object): Promise<void> {
	await at.sandbox.script({}, { ...answer, times: operations.length });
	const runs = operations.map(([resource, operation, fields]) => perform(at, resource, operation, { ...fields, limit: 1 }));
	for (const found of await Promise.all(runs)) expect(found).toHaveLength(1);
	const calls = operations.reduce((sum, [, , , , each = 1]) => sum + each, 0);
	expect(await callsOf(at)).toHaveLength(operations.length + calls);
}

test('every operation lets Pixxel recover from being busy', async () => {
	await allAtOnce(OPERATIONS, { status: 429, headers: { 'retry-after': '1' } });
});

test.each([{ status: 503 }, { fault: 'reset' }, { fault: 'empty' }])('every operation asks again after %j but those that might do something twice', async (answer) => {
	await allAtOnce(OPERATIONS.filter(([resource, operation]) => !beginsOnce(resource, operation)), answer);
});

describe.each([
	['job', 'getAll', 'jobs', { workflowId: byId(known.demo.workflowId) }],
	['workflow', 'getAll', 'workflows', {}],
	['project', 'getAll', 'projects', {}],
	['aoi', 'getAll', 'aois', {}],
	['asset', 'getAll', 'assets', { aoiId: byId(known.area.aoiId) }],
	['insight', 'getAll', 'insights', { aoiId: byId(known.area.aoiId) }],
	['image', 'getAll', 'catalogs', {}],
	['visualization', 'getAll', 'visualization', { aoiId: byId(known.area.aoiId) }],
])('%s: %s', (resource, operation, key, fields) => {
	test.each([{ [key]: [] }, { [key]: null }])('makes no item of %j', async (body) => {
		await at.sandbox.script({}, { body, repeat: true });
		expect(await perform(at, resource, operation, { ...fields, returnAll: true })).toEqual([]);
		expect(await callsOf(at)).toHaveLength(1);
	});

	test.each([
		[{}, 'nothing'],
		[{ [key]: 'none' }, 'text'],
		[{ [key]: {} }, 'an object'],
		[{ [key]: [1] }, 'a list'],
	])('says so where the list is missing or is none: %j', async (body, what) => {
		await at.sandbox.script({}, { body, repeat: true });
		const { message, description } = await refusalOf(at, resource, operation, { ...fields, returnAll: true });
		expect(message).toBe(`Pixxel answered with ${what} instead of a list of ${key}`);
		expect(description).toMatch(/Base URL/);
	});
});

test.each(OPERATIONS)('%s: %s takes an ID from an expression in place of the whole field', async (resource, operation, fields) => {
	const asText = Object.entries(fields).map(([name, field]) => [name, name.endsWith('Id') ? `={{ "${(field as { value: string }).value}" }}` : field]);
	await perform(at, resource, operation, fields);
	await perform(at, resource, operation, Object.fromEntries(asText));
	const calls = await callsOf(at);
	expect(calls[calls.length / 2]).toBe(calls[0]);
});

describe('bad input is refused before anything is asked, and the field is named', () => {
	const LABELS: Fields = {
		projectId: 'Project', workflowId: 'Workflow', jobId: 'Job', taskId: 'Task', aoiId: 'Area of Interest', assetId: 'Asset', insightId: 'Insight',
		imageId: 'Image', visualizationId: 'Visualization',
	};
	const ids = OPERATIONS.flatMap(([resource, operation, fields]) =>
		Object.keys(fields)
			.filter((field) => field in LABELS)
			.map((field): [string, string, string, Fields] => [resource, operation, field, fields]),
	);

	test.each(ids)('%s: %s: %s', async (resource, operation, field, fields) => {
		const label = String(LABELS[field]);
		const EMPTY = [`"${label}" is empty`, `Pick ${/^[AI]/.test(label) ? 'an' : 'a'} ${label.toLowerCase()} from the list or give its ID. If it comes from an expression, that found nothing for this item.`];
		const gave = (what: string) => [`"${label}" is not an ID`, `The expression gave ${what}. Point it at the ID itself, e.g. {{ $json.id }}.`];
		const NOT_AN_ID = [`"${label}" is not an ID`, 'Pick it from the list, or copy it from Aurora.'];
		const refused = async (value: unknown) => {
			const error = await refusalOf(at, resource, operation, { ...fields, [field]: value });
			// HTTP did not answer: a code would be shown as Pixxel's.
			expect(error).toMatchObject({ httpCode: null, messages: [], context: { itemIndex: 0 } });
			return [error.message, error.description];
		};
		for (const [value, wanted] of [
			['', EMPTY],
			['  ', EMPTY],
			['={{ $json.missing }}', EMPTY],
			['={{ null }}', EMPTY],
			['={{ [] }}', EMPTY],
			['={{ ["a"] }}', gave('a list')],
			['={{ {} }}', gave('a value of type object')],
			['={{ false }}', gave('a value of type boolean')],
			['.', NOT_AN_ID],
			['..', NOT_AN_ID],
			['\ud800', NOT_AN_ID],
		] as const) {
			expect([value, await refused(byId(value))]).toEqual([value, wanted]);
		}
		// An expression in place of the whole field, and not in its ID.
		for (const [value, wanted] of [
			['={{ ({ __rl: true, mode: "id", value: "a" }) }}', gave('a value of type object')],
			['={{ ["a"] }}', gave('a list')],
			['={{ $json.missing }}', EMPTY],
		] as const) {
			expect([value, await refused(value)]).toEqual([value, wanted]);
		}
		// Nothing chosen, as a new node has it; or no field at all.
		for (const value of [{ __rl: true, mode: 'list', value: '' }, undefined]) expect(await refused(value)).toEqual(EMPTY);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	const SWITCHES: Fields = {
		returnAll: 'Return All', simplify: 'Simplify', waitForCompletion: 'Wait for Completion', waitUntilReady: 'Wait Until Ready',
	};
	const switches: Record<string, string[]> = {
		'task: download': ['waitUntilReady'],
		'job: download': ['waitUntilReady'],
		'job: create': ['waitForCompletion', 'simplify'],
		'job: get': ['simplify'],
		'job: getAll': ['returnAll', 'simplify'],
		'workflow: getAll': ['returnAll'],
		'project: getAll': ['returnAll'],
		'aoi: get': ['simplify'],
		'asset: getAll': ['returnAll', 'simplify'],
		'asset: download': ['waitUntilReady'],
		'insight: download': ['waitUntilReady'],
		'image: getAll': ['returnAll', 'simplify'],
		'image: download': ['waitUntilReady'],
		'visualization: getAll': ['returnAll'],
	};
	const switched = OPERATIONS.flatMap(([resource, operation, fields]) =>
		(switches[`${resource}: ${operation}`] ?? []).map((field): [string, string, string, Fields] => [resource, operation, field, fields]),
	);

	test.each(switched)('%s: %s: %s', async (resource, operation, field, fields) => {
		for (const value of ['null', '$json.missing', '""', '"yes"', '"truth"', '1', '0', '({})', '[true]', '["false"]']) {
			const error = await refusalOf(at, resource, operation, { ...fields, [field]: `={{ ${value} }}` });
			expect([value, error.message]).toEqual([value, `"${String(SWITCHES[field])}" is neither true nor false`]);
			expect(error.description).toMatch(/expression/);
		}
		expect(await at.sandbox.requests()).toEqual([]);
	});

	const NOTHINGS = ['={{ $json.nope }}', '={{ $json.nope.nope }}', '= {{ $json.nope }}', '={{ null }}'];
	const NO_LIMITS = ['={{ $json.nope }}', 0, -1, 1.5, '={{ "ten" }}', '={{ "" }}', '={{ {} }}', '={{ [1] }}', '={{ true }}', '={{ 1 / 0 }}'];
	const NO_DATES = [
		'2026-02-30', '2026-13-01', 'yesterday', '01.02.2026', '2026-1-1', '20260131', 'on 2026-01-31',
		'={{ {} }}', '={{ [] }}', '={{ ["2026-01-31"] }}', '={{ 20260131 }}', '={{ true }}', '={{ new Date("x") }}',
	];
	const NO_TEXTS = ['={{ {} }}', '={{ [] }}', '={{ ["a"] }}', '={{ true }}'];
	const limit = ['limit', NO_LIMITS, '"Limit" must be a whole number, 1 or more', /Return All/] as const;
	const date = (filter: string, label: string) => [filter, NO_DATES, `The filter "${label}" is not a date`, /2026-01-31/] as const;
	const text = (filter: string, label: string) => [filter, NO_TEXTS, `The filter "${label}" is neither text nor a number`, /expression/] as const;

	test.each([
		...['job', 'workflow', 'project'].map((resource) => [resource, ...limit] as const),
		...['job', 'workflow'].map((resource) => [resource, ...date('created_on', 'Created On')] as const),
		['workflow', ...date('updated_at', 'Updated At')],
		['job', ...text('status', 'Status')],
		...['job', 'workflow'].map((resource) => [resource, ...text('created_by', 'Created By')] as const),
		['workflow', ...text('name', 'Name')],
		['workflow', ...text('project_id', 'Project')],
		...Object.entries({ job: ['status:Status'], workflow: ['name:Name', 'project_id:Project', 'updated_at:Updated At'] }).flatMap(([resource, more]) =>
			['created_by:Created By', 'created_on:Created On', ...more].map((filter) => {
				const [name, label] = filter.split(':') as [string, string];
				return [resource, name, NOTHINGS, `The expression in the filter "${label}" found nothing for this item`, /clear the filter.*empty text/] as const;
			}),
		),
	] as const)('%s: getAll: %s', async (resource, field, values, message, advice) => {
		for (const value of values) {
			const filters = { [field]: field === 'project_id' ? byId(String(value)) : value };
			const fields = { ...(resource === 'job' && { workflowId: byId(known.demo.workflowId) }), ...(field === 'limit' ? { limit: value } : { filters }) };
			const error = await refusalOf(at, resource, 'getAll', fields);
			expect([value, error.message, error.description]).toEqual([value, message, expect.stringMatching(advice)]);
		}
		expect(await at.sandbox.requests()).toEqual([]);
	});
});
