import { known } from '../sandbox/client.mts';
import { perform } from './operations.mts';
import { byId, Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const at = Sandboxed.forTests();

beforeEach(async () => {
	await at.sandbox.configurePackage(taskId, { size: 10 });
});

async function nameOf(contentDisposition: string, fileName?: string) {
	await at.sandbox.configurePackage(taskId, { contentDisposition });
	const [item] = await at.download({ options: { fileName } });
	return item?.binary?.data?.fileName;
}

describe("the file's name", () => {
	test.each([
		['attachment; filename="field.zip"', 'field.zip'],
		["attachment; filename=\"plain.zip\"; filename*=UTF-8''%E8%BE%B2.zip", '農.zip'],
		['attachment; filename="農.zip"', '農.zip'],
	])('is the one that storage announces: %s', async (header, name) => {
		expect(await nameOf(header)).toBe(name);
	});

	test.each([
		['attachment; filename="../../etc/passwd"', 'passwd'],
		["attachment; filename*=UTF-8''..%2F..%2Fx.zip", 'x.zip'],
		["attachment; filename*=UTF-8''a%00b%0D%0A.zip", 'ab.zip'],
	])('is never a path, and holds nothing unprintable: %s', async (header, name) => {
		expect(await nameOf(header)).toBe(name);
	});

	test.each(['', 'attachment', 'attachment; filename=".."'])("is the task's ID where storage announces none: %j", async (header) => {
		expect(await nameOf(header)).toBe(`${taskId}.zip`);
	});

	test.each([
		['Tailings surface map · completed', 'Tailings surface map.zip'],
		['North · field: 1/2 · partial_success', 'North · field- 1-2.zip'],
		['../../etc/passwd · completed', '..-..-etc-passwd.zip'],
		['completed', `${taskId}.zip`],
		['', `${taskId}.zip`],
		[undefined, `${taskId}.zip`],
	])('is that of the task where storage announces none, and it was picked from the list: %j', async (cachedResultName, name) => {
		await at.sandbox.configurePackage(taskId, { contentDisposition: '' });
		const fields = { workflowId: byId(known.demo.workflowId), jobId: byId(known.demo.jobId), options: {} };
		const picked = { __rl: true, mode: 'list', value: taskId, ...(cachedResultName !== undefined && { cachedResultName }) };
		const [item] = await perform(at, 'task', 'download', { ...fields, taskId: picked });
		expect(item?.binary?.data?.fileName).toBe(name);
	});

	test.each([
		['north-field.zip', 'north-field.zip'],
		[' ../north.zip ', 'north.zip'],
		['={{ "field " + 7 }}', 'field 7'],
		['', 'announced.zip'],
	])('is the one under Options where there is one: %j', async (fileName, name) => {
		expect(await nameOf('attachment; filename="announced.zip"', fileName)).toBe(name);
	});
});

describe("the file's type", () => {
	test.each([
		['application/zip', 'p.zip', 'application/zip'],
		['image/tiff; charset=binary', 'p.tif', 'image/tiff'],
		['application/octet-stream', 'p.zip', 'application/zip'],
		['binary/octet-stream', 'p', 'application/octet-stream'],
		['', 'p.zip', 'application/zip'],
		['', 'p', 'application/octet-stream'],
	])('for the announced %j and the name %j is %s', async (contentType, name, mimeType) => {
		await at.sandbox.configurePackage(taskId, { contentType, contentDisposition: `attachment; filename="${name}"` });
		const [item] = await at.download();
		expect(item?.binary?.data?.mimeType).toBe(mimeType);
	});
});
