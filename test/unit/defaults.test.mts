import type { INodeProperties } from 'n8n-workflow';
import { DEFAULTS, MOST_CONNECTIONS } from '../../nodes/Pixxel/download/downloadSettings.ts';
import { downloadFields } from '../../nodes/Pixxel/fields/downloadFields.ts';
import { DEFAULT_CONCURRENCY, MOST_CONCURRENCY } from '../../nodes/Pixxel/item/perItem.ts';
import { WAIT_DEFAULTS } from '../../nodes/Pixxel/item/settings.ts';

const field = (name: string) => {
	const options = (downloadFields.find((one) => one.name === 'options')?.options ?? []) as INodeProperties[];
	const found = [...downloadFields, ...options].find((one) => one.name === name);
	if (!found) throw new Error(`there is no field ${name}`);
	return found;
};

describe('what the editor shows as a default is what the code takes', () => {
	test.each(Object.entries({ ...DEFAULTS, ...WAIT_DEFAULTS, maxConcurrency: DEFAULT_CONCURRENCY }))('%s: %j', (name, value) => {
		expect(field(name).default).toBe(value);
	});

	test.each([
		['connections', MOST_CONNECTIONS],
		['maxConcurrency', MOST_CONCURRENCY],
	])('%s: at most %i', (name, most) => {
		expect(field(name).typeOptions).toMatchObject({ minValue: 1, maxValue: most });
	});
});
