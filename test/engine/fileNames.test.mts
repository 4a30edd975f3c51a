import { known, type PackageSettings } from '../sandbox/client.mts';
import { perform } from './operations.mts';
import { byId, Sandboxed } from './sandboxed.mts';

const { workflowId, jobId, taskId } = known.demo;
const at = Sandboxed.forTests();

/** The file of a small package that storage announces so. */
async function fileOf(announced: PackageSettings, task: unknown = byId(taskId), fileName?: string) {
	await at.sandbox.configurePackage(taskId, { size: 10, ...announced });
	const [item] = await perform(at, 'task', 'download', { workflowId: byId(workflowId), jobId: byId(jobId), taskId: task, options: { fileName } });
	return item?.binary?.data;
}

describe("the file's name", () => {
	test.each([
		['attachment; filename="field.zip"', 'field.zip'],
		["attachment; filename=\"plain.zip\"; filename*=UTF-8''%E8%BE%B2.zip", '農.zip'],
		['attachment; filename="農.zip"', '農.zip'],
		['attachment; filename="../../etc/passwd"', 'passwd'],
		["attachment; filename*=UTF-8''a%00b%0D%0A.zip", 'ab.zip'],
		['attachment; filename=".."', `${taskId}.zip`],
		['', `${taskId}.zip`],
	])("is the one that storage announces, never a path, or else the task's ID: %s", async (contentDisposition, name) => {
		expect((await fileOf({ contentDisposition }))?.fileName).toBe(name);
	});

	test.each([
		['Tailings surface map · completed', 'Tailings surface map.zip'],
		['North · field: 1/2 · partial_success', 'North · field- 1-2.zip'],
		['../../etc/passwd · completed', '..-..-etc-passwd.zip'],
		[`Crop vigour map · completed · ${taskId.slice(0, 8)}`, 'Crop vigour map.zip'],
		['completed', `${taskId}.zip`],
		['', `${taskId}.zip`],
		[undefined, `${taskId}.zip`],
	])('is that of the task where storage announces none, and it was picked from the list: %j', async (cachedResultName, name) => {
		const picked = { __rl: true, mode: 'list', value: taskId, ...(cachedResultName !== undefined && { cachedResultName }) };
		expect((await fileOf({ contentDisposition: '' }, picked))?.fileName).toBe(name);
	});

	test.each([
		['', 'North field.zip'],
		[`attachment; filename="${taskId}.zip"`, 'North field.zip'],
		[`attachment; filename="${taskId.toUpperCase()}.tif"`, 'North field.tif'],
		[`attachment; filename="${taskId}"`, 'North field.zip'],
		['attachment; filename="announced.zip"', 'announced.zip'],
	])('is that of the task that the input item is, where storage announces none, or just its ID: %j', async (contentDisposition, name) => {
		await at.sandbox.configurePackage(taskId, { size: 10, contentDisposition });
		const download = { task: { taskId: '={{ $json.id }}' } };
		const [item] = await at.download(download, { items: [{ json: { id: taskId, name: 'North field', status: 'completed' } }] });
		expect(item?.binary?.data?.fileName).toBe(name);
		expect(item?.json.file).toEqual({ name, size: 10, type: item?.binary?.data?.mimeType });
		const [other] = await at.download(download, { items: [{ json: { id: ` ${taskId}`, name: 'Something else' } }] });
		expect(other?.binary?.data?.fileName).not.toContain('Something');
	});

	test.each([
		['north-field.zip', 'north-field.zip'],
		[' ../north.zip ', 'north.zip'],
		['={{ "field " + 7 }}', 'field 7'],
		['', 'announced.zip'],
	])('is the one under Options where there is one: %j', async (fileName, name) => {
		const file = await fileOf({ contentDisposition: 'attachment; filename="announced.zip"' }, undefined, fileName);
		expect(file?.fileName).toBe(name);
	});
});

test.each([
	['application/zip', 'p.zip', 'application/zip'],
	['image/tiff; charset=binary', 'p.tif', 'image/tiff'],
	['application/octet-stream', 'p.zip', 'application/zip'],
	['binary/octet-stream', 'p', 'application/octet-stream'],
	['', 'p.zip', 'application/zip'],
	['', 'p', 'application/octet-stream'],
])("the file's type for the announced %j and the name %j is %s", async (contentType, name, mimeType) => {
	expect((await fileOf({ contentType, contentDisposition: `attachment; filename="${name}"` }))?.mimeType).toBe(mimeType);
});
