import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	type INode,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
	NodeHelpers,
} from 'n8n-workflow';
import { DEFAULTS } from '../../nodes/Pixxel/download/downloadSettings.ts';
import { DEFAULT_CONCURRENCY } from '../../nodes/Pixxel/item/perItem.ts';
import { WAIT_DEFAULTS } from '../../nodes/Pixxel/item/parameters/settings.ts';
import { Engine } from './engine.mts';

let engine: Engine;

beforeAll(async () => {
	engine = await Engine.start('default', { apiKey: 'none', authScheme: 'apiKey', baseUrl: 'https://api.example' });
});
afterAll(() => engine.stop());

const typeOf = (name: string) => engine.loader.getNode(name).type as INodeType;
const describes = (name: string): INodeTypeDescription => typeOf(name).description;

/** What the editor shows for these choices, by name; fails where two fields of one name are shown at once. */
function shown(name: string, choices: Record<string, unknown>): Map<string, INodeProperties> {
	const description = describes(name);
	const { node } = engine.place(name as 'pixxel', { parameters: choices as INode['parameters'] });
	const fields = new Map<string, INodeProperties>();
	for (const property of description.properties) {
		if (!NodeHelpers.displayParameter(node.parameters, property, node, description)) continue;
		if (fields.has(property.name)) throw new Error(`two fields "${property.name}" at ${JSON.stringify(choices)}`);
		fields.set(property.name, property);
	}
	return fields;
}

/** What the editor shows below the node's name. */
function subtitleOf(name: 'pixxel' | 'pixxelTrigger', parameters: INode['parameters']): unknown {
	const { workflow, node } = engine.place(name, { parameters });
	return workflow.expression.getParameterValue(describes(name).subtitle ?? '', null, 0, 0, node.name, [], 'manual', {});
}

const optionsOf = (property: INodeProperties | undefined) => (property?.options ?? []) as INodePropertyOptions[];
const entriesOf = (property: INodeProperties | undefined) => (property?.options ?? []) as INodeProperties[];
const defaultsOf = (properties: Iterable<INodeProperties>) =>
	Object.fromEntries([...properties].map(({ name, default: value }) => [name, value]));

// What workflows store. Once released, names and defaults never change their meaning.
const unset = { mode: 'list', value: '' };
const listing = { returnAll: false, limit: 50 };
const download = { waitUntilReady: true, output: 'file', outputPropertyName: 'data', options: {} };
const WAIT = { pollInterval: 10, maxWait: 1800 };
const CONTRACT: Record<string, Record<string, Record<string, unknown>>> = {
	task: {
		download: { workflowId: unset, jobId: unset, taskId: unset, ...download },
	},
	job: {
		create: { creditsNotice: '', projectId: unset, workflowId: unset, waitForCompletion: false, simplify: true },
		get: { workflowId: unset, jobId: unset, simplify: true },
		getAll: { workflowId: unset, ...listing, filters: {}, simplify: true },
		download: { workflowId: unset, jobId: unset, ...download },
	},
	workflow: {
		get: { projectId: unset, workflowId: unset },
		getAll: { ...listing, filters: {} },
		estimate: { workflowId: unset },
	},
	project: {
		get: { projectId: unset },
		getAll: listing,
	},
	aoi: {
		get: { aoiId: unset, simplify: true },
		getAll: { ...listing, filters: {}, simplify: true },
	},
	asset: {
		getAll: { aoiId: unset, ...listing, simplify: true },
		download: { aoiId: unset, assetId: unset, ...download },
	},
	insight: {
		getAll: { aoiId: unset, ...listing, filters: {}, simplify: true },
		download: { aoiId: unset, insightId: unset, ...download },
	},
	image: {
		get: { imageId: unset, simplify: true },
		getAll: { ...listing, filters: {}, simplify: true },
		download: { imageId: unset, ...download },
	},
	visualization: {
		getAll: { aoiId: unset, ...listing, filters: {} },
		getPicture: { aoiId: unset, visualizationId: unset, date: '', legend: 'dynamic', outputPropertyName: 'data' },
	},
	package: {
		downloadFromLink: { url: '', output: 'file', outputPropertyName: 'data', options: {} },
	},
};
const OPERATIONS = Object.entries(CONTRACT).flatMap(([resource, operations]) =>
	Object.entries(operations).map(([operation, fields]): [string, string, Record<string, unknown>] => [resource, operation, fields]),
);

describe('Pixxel', () => {
	test('has the resources and operations that workflows store, Download Task first', () => {
		const fields = shown('pixxel', {});
		expect(optionsOf(fields.get('resource')).map(({ value }) => value).sort()).toEqual(Object.keys(CONTRACT).sort());
		expect(fields.get('resource')?.default).toBe('task');
		expect(fields.get('operation')?.default).toBe('download');
		for (const [resource, operations] of Object.entries(CONTRACT)) {
			const offered = optionsOf(shown('pixxel', { resource }).get('operation'));
			expect(offered.map(({ value }) => value).sort()).toEqual(Object.keys(operations).sort());
			expect(offered.map(({ name }) => name)).toEqual(offered.map(({ name }) => name).sort());
			expect(offered.map(({ value }) => value)).toContain(shown('pixxel', { resource }).get('operation')?.default);
		}
	});

	test.each(OPERATIONS)('%s: %s shows its fields, each once, with their defaults', (resource, operation, wanted) => {
		const { resource: _resource, operation: _operation, requestOptions: _added, ...fields } = defaultsOf(shown('pixxel', { resource, operation }).values());
		expect(fields).toEqual(wanted);
	});

	test.each(OPERATIONS)('%s: %s is declared: a request, and what to do with its answer', (resource, operation) => {
		const option = optionsOf(shown('pixxel', { resource }).get('operation')).find(({ value }) => value === operation);
		expect(option).toMatchObject({
			action: expect.stringMatching(/^[A-Z][a-z ]+$/),
			description: expect.stringMatching(/^[A-Z].{10,}/),
			routing: {
				request: { method: expect.stringMatching(/^(GET|POST|PUT)$/), url: expect.stringMatching(/^=?\/v0\//) },
				send: { paginate: true },
				operations: { pagination: expect.any(Function) },
			},
		});
	});

	test.each(['task', 'job', 'asset', 'insight', 'image'])('says what waiting for a package is not: %s', (resource) => {
		const { description } = shown('pixxel', { resource, operation: 'download' }).get('waitUntilReady') ?? {};
		expect(description).toMatch(/waits for the package, not for the analysis: the job must have finished/);
	});

	test('says what Create costs, above its fields too, and how to know beforehand', () => {
		const [, , notice] = shown('pixxel', { resource: 'job', operation: 'create' }).values();
		expect(notice).toMatchObject({ type: 'notice', displayName: expect.stringMatching(/costs credits.*"Get Cost Estimate"/) });
		const create = optionsOf(shown('pixxel', { resource: 'job' }).get('operation')).find(({ value }) => value === 'create');
		expect(create?.description).toMatch(/credits/);
	});

	test.each<[Record<string, unknown>, shown: string[], hidden: string[]]>([
		[{ resource: 'task', output: 'signedUrl' }, [], ['files', 'outputPropertyName']],
		[{ resource: 'task', output: 'file' }, ['outputPropertyName'], ['files']],
		[{ resource: 'task', output: 'packageFiles' }, ['files', 'outputPropertyName'], []],
		[{ resource: 'job', operation: 'download', output: 'packageList' }, ['files'], ['outputPropertyName']],
		[{ resource: 'job', operation: 'getAll', returnAll: true }, ['returnAll'], ['limit']],
	])('shows what goes with a choice, and only then: %j', (choices, shows, hides) => {
		const names = [...shown('pixxel', choices).keys()];
		expect(names).toEqual(expect.arrayContaining(shows));
		expect(names.filter((name) => hides.includes(name))).toEqual([]);
	});

	test('empties what was picked from a list when something else is picked above it, and only then', () => {
		const above: Record<string, string[]> = {
			workflowId: ['projectId'],
			jobId: ['workflowId'],
			taskId: ['workflowId', 'jobId'],
			...Object.fromEntries(['assetId', 'insightId', 'visualizationId'].map((field) => [field, ['aoiId']])),
		};
		for (const [resource, operation] of OPERATIONS) {
			const fields = shown('pixxel', { resource, operation });
			for (const [name, { type, typeOptions }] of fields) {
				if (type !== 'resourceLocator') continue;
				const parents = (above[name] ?? []).filter((parent) => fields.has(parent));
				const wanted = parents.map((parent) => `${parent}.cachedResultName`);
				expect([operation, name, typeOptions?.loadOptionsDependsOn ?? []]).toEqual([operation, name, wanted]);
			}
		}
	});

	test.each(['task', 'job', 'asset', 'insight', 'image'])('has the options of a download, and offers to bound the wait only where there is one: %s', (resource) => {
		const { type, node } = engine.place('pixxel', { parameters: {} });
		const offered = (waitUntilReady: boolean) => {
			const values = { resource, operation: 'download', output: 'file', waitUntilReady } as INode['parameters'];
			const options = entriesOf(shown('pixxel', values).get('options'));
			return options.filter((option) => NodeHelpers.displayParameter({}, option, node, type.description, values));
		};
		const own: Record<string, object> = { asset: { downloadId: '' }, image: { downloadId: '' }, insight: { inputs: '', outputs: '' } };
		const always = { fileName: '', connections: 16, maxConcurrency: 5, ...own[resource] };
		expect(defaultsOf(offered(true))).toEqual({ ...always, ...WAIT });
		expect(defaultsOf(offered(false))).toEqual(always);
		const bounds = Object.fromEntries(offered(false).map(({ name, typeOptions }) => [name, typeOptions]));
		expect(bounds).toMatchObject({ connections: { minValue: 1, maxValue: 16 }, maxConcurrency: { minValue: 1, maxValue: 32 } });
		// What the code takes where n8n gives it nothing.
		expect({ ...DEFAULTS, ...WAIT_DEFAULTS, maxConcurrency: DEFAULT_CONCURRENCY }).toEqual({ connections: 16, outputPropertyName: 'data', maxConcurrency: 5, ...WAIT });
	});

	test('has the options of a wait for a job, where there is one', () => {
		const create = { resource: 'job', operation: 'create' };
		expect(defaultsOf(entriesOf(shown('pixxel', { ...create, waitForCompletion: true }).get('options')))).toEqual(WAIT);
		expect(shown('pixxel', create).has('options')).toBe(false);
	});

	test('has filters named as in the API, and words that are known for the status of a job', () => {
		const filters = (resource: string) => entriesOf(shown('pixxel', { resource, operation: 'getAll' }).get('filters'));
		expect(filters('job').map(({ name }) => name).sort()).toEqual(['created_by', 'created_on', 'status']);
		expect(filters('aoi').map(({ name }) => name).sort()).toEqual(['aoi_id', 'aoi_name', 'created_at', 'project_ids', 'updated_at']);
		expect(filters('insight').map(({ name }) => name).sort()).toEqual(['created_by', 'created_on', 'id', 'status']);
		expect(filters('image').map(({ name }) => name).sort()).toEqual(
			['bbox', 'collections', 'datetime', 'ids', 'intersects', 'item_ids', 'order_ids', 'order_item_ids', 'query', 'sort_by'],
		);
		expect(filters('visualization').map(({ name }) => name).sort()).toEqual(['expression_type', 'index_id', 'type', 'user_id', 'visualization_id']);
		expect(filters('workflow').map(({ name }) => name).sort()).toEqual(['created_by', 'created_on', 'name', 'project_id', 'updated_at']);
		const status = filters('job').find(({ name }) => name === 'status');
		expect(optionsOf(status).map(({ value }) => value)).toEqual(expect.arrayContaining(['completed', 'running']));
		// n8n takes an expression in its place, and that may give any word.
		expect(status).toMatchObject({ type: 'options', description: expect.stringMatching(/Expression/) });
		expect(status?.noDataExpression).toBeFalsy();
	});

	test('shows each field that it declares at some time, and never two of one name', () => {
		const seen = new Set<INodeProperties>();
		for (const [resource, operation] of OPERATIONS) {
			for (const output of ['file', 'packageFiles', 'packageList', 'signedUrl']) {
				for (const flag of [true, false]) {
					const choices = { resource, operation, output, returnAll: flag, waitForCompletion: flag, waitUntilReady: flag };
					for (const field of shown('pixxel', choices).values()) seen.add(field);
				}
			}
		}
		expect(describes('pixxel').properties.filter((property) => !seen.has(property)).map(({ name }) => name)).toEqual(['toolNotice']);
	});

	test('tells an agent what its model gets to see', () => {
		const description = describes('pixxel');
		const notice = description.properties.find(({ name }) => name === 'toolNotice') as INodeProperties;
		const { node } = engine.place('pixxel', { parameters: { resource: 'task', operation: 'download' } });
		const isShown = (name: string) => NodeHelpers.displayParameter(node.parameters, notice, node, { ...description, name });
		expect([isShown('pixxel'), isShown('pixxelTool')]).toEqual([false, true]);
	});

	test.each(OPERATIONS)('says what it does in its subtitle, as in the list of actions: %s: %s', (resource, operation) => {
		const option = optionsOf(shown('pixxel', { resource }).get('operation')).find(({ value }) => value === operation);
		expect(subtitleOf('pixxel', { resource, operation })).toBe(option?.action?.toLowerCase());
	});
});

describe('Pixxel Trigger', () => {
	test('has the fields and defaults that workflows store', () => {
		const { pollTimes: _added, ...fields } = defaultsOf(shown('pixxelTrigger', {}).values());
		expect(fields).toEqual({ event: 'jobFinished', workflowId: unset, outcome: 'succeeded' });
		expect(optionsOf(shown('pixxelTrigger', {}).get('outcome')).map(({ value }) => value).sort()).toEqual(['any', 'failed', 'succeeded']);
		expect(describes('pixxelTrigger')).toMatchObject({ polling: true, inputs: [] });
	});

	test('waits for insights of an area of interest, and for images, which have no outcome', () => {
		const fieldsOf = (event: string) => [...shown('pixxelTrigger', { event }).keys()].filter((name) => name !== 'pollTimes');
		expect(fieldsOf('insightFinished')).toEqual(['event', 'aoiId', 'outcome']);
		expect(fieldsOf('imageDelivered')).toEqual(['event']);
	});

	test.each([
		[{ outcome: 'any' }, 'Job finished'],
		[{ outcome: 'succeeded' }, 'Job succeeded'],
		[{ outcome: 'failed' }, 'Job failed'],
		[{ event: 'insightFinished', outcome: 'failed' }, 'Insight failed'],
		[{ event: 'imageDelivered' }, 'Image delivered'],
	])('says what it waits for in its subtitle: %j', (parameters, wanted) => {
		expect(subtitleOf('pixxelTrigger', parameters)).toBe(wanted);
	});
});

/** A field and all that is inside it. */
function inside(property: INodeProperties): INodeProperties[] {
	const nested = property.type === 'collection' ? entriesOf(property) : [];
	return [property, ...nested.flatMap(inside)];
}

describe.each(['pixxel', 'pixxelTrigger'])('%s', (name) => {
	test('has every ID as a list first, then as text that is checked, with a hint', () => {
		const methods = typeOf(name).methods?.listSearch ?? {};
		const locators = describes(name).properties.flatMap(inside).filter(({ type }) => type === 'resourceLocator');
		expect(locators.length).toBeGreaterThan(0);
		for (const { modes = [], default: value, required, name: field } of locators) {
			expect(value).toEqual(unset);
			expect(required ?? false).toBe(field !== 'project_id');
			const [list, id] = modes;
			expect(modes.map((mode) => mode.name)).toEqual(['list', 'id']);
			expect(methods).toHaveProperty(list?.typeOptions?.searchListMethod ?? 'none');
			expect(list?.typeOptions?.searchable).toBe(true);
			expect(id).toMatchObject({ placeholder: expect.stringMatching(/^e\.g\. /), hint: expect.stringMatching(/\w/) });
			const [check] = id?.validation ?? [];
			const { regex, errorMessage } = (check as unknown as { properties: { regex: string; errorMessage: string } }).properties;
			expect(errorMessage).toMatch(/^Enter the ID of an? /);
			// As the editor applies it.
			const fits = (text: string) => new RegExp(`^${regex}$`).test(text);
			for (const good of ['7f9c24e8-3b1d-4b60-9a2f-5d1e8c0b7a46', 'a', '42', ' a b ', '...', 'a.']) expect([good, fits(good)]).toEqual([good, true]);
			for (const bad of ['', '   ', '.', '..', ' .. ']) expect([bad, fits(bad)]).toEqual([bad, false]);
		}
	});

	test('speaks to people: a name for each field, and words for all but the plainest', () => {
		// What n8n adds of its own has n8n's words.
		const ours = describes(name).properties.filter((property) => !['requestOptions', 'pollTimes'].includes(property.name));
		for (const property of ours.flatMap(inside)) {
			expect(property.displayName).toMatch(/^[A-Z]/);
			// On these, n8n's editor puts a tooltip of its own, about files that a node takes in.
			expect(property.name).not.toMatch(/binaryPropertyName/i);
			if (property.type === 'notice') continue;
			const plain = ['Resource', 'Operation', 'Event', 'Filters', 'Options'];
			if (!plain.includes(property.displayName)) expect(`${property.description ?? ''}${property.hint ?? ''}`).toMatch(/^[A-Z].{8,}/);
			if (property.type === 'boolean') expect(property.description).toMatch(/^Whether /);
		}
	});

	test('has its place in the node panel, and links to its documentation', () => {
		const file = name === 'pixxel' ? 'Pixxel' : 'PixxelTrigger';
		const codex = JSON.parse(readFileSync(join(process.cwd(), `dist/nodes/Pixxel/${file}.node.json`), 'utf8')) as Record<string, unknown>;
		expect(codex).toMatchObject({
			node: `n8n-nodes-pixxel.${name}`,
			nodeVersion: '1.0',
			codexVersion: '1.0',
			categories: expect.arrayContaining([expect.any(String)]),
			alias: expect.arrayContaining(['unzip', 'satellite', 'GeoTIFF', 'hyperspectral', 'earth observation']),
			resources: {
				primaryDocumentation: [{ url: expect.stringMatching(/^https:/) }],
				credentialDocumentation: [{ url: expect.stringMatching(/^https:/) }],
			},
		});
		const CATEGORIES = ['Analytics', 'Data & Storage', 'Development', 'Communication', 'Miscellaneous', 'Productivity', 'Utility', 'AI'];
		for (const category of codex.categories as string[]) expect(CATEGORIES).toContain(category);
	});
});

describe('the credential', () => {
	test('has the fields and defaults that n8n stores', () => {
		const { properties, test: check, icon } = engine.loader.getCredential('pixxelApi').type;
		expect(defaultsOf(properties)).toEqual({ apiKey: '', authScheme: 'apiKey', baseUrl: 'https://api.pixxel.space' });
		const [key, scheme] = properties;
		expect(key).toMatchObject({ required: true, typeOptions: { password: true } });
		expect(optionsOf(scheme).map(({ value }) => value)).toEqual(['apiKey', 'bearer']);
		const answers: Array<[RegExp, ...number[]]> = [
			[/points somewhere else \(HTTP 3\d\d\).*the key was not sent on/, 301, 302, 303, 307, 308],
			[/Copy it again from Aurora.*"Send As"/, 401],
			[/expired, was revoked, or lacks the role/, 403],
			[/Check the Base URL/, 404],
			[/slow down \(HTTP 429\)/, 429],
			[/trouble answering \(HTTP 5\d\d\)/, 500, 502, 503, 504],
		];
		expect(check?.rules).toEqual([
			...answers.flatMap(([words, ...codes]) => codes.map((value) => ({ type: 'responseCode', properties: { value, message: expect.stringMatching(words) } }))),
			{ type: 'responseSuccessBody', properties: { key: 'workflows', value: undefined, message: expect.stringMatching(/not the Pixxel API/) } },
		]);
		expect(icon ?? engine.loader.getCredential('pixxelApi').type.iconUrl).toBeDefined();
		for (const file of ['pixxel.svg', 'pixxel.dark.svg']) {
			expect(existsSync(join(process.cwd(), 'dist/nodes/Pixxel', file))).toBe(true);
		}
	});
});
