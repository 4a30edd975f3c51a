import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Item, outputOf, type WorkflowNode } from '../instance/n8nClient.mts';
import { toolResults } from '../standIns/chatModel.mts';
import { wordsOf } from '../process/shutdown.mts';
import { until } from '../process/until.mts';
import { checkCredentialsFound, examineExample } from './examineExample.mts';
import { chosen, example, EXAMPLES, examples, fillIn } from './exampleFiles.mts';
import { assertLink, assertPackages, fingerprintOfFile } from './packages.mts';
import { CREDENTIAL_NAMES, type RunOptions, type Scenario, type Stage } from './stage.mts';

const ADDRESSES = { fromEmail: 'results@example.com', toEmail: 'somebody@example.com' };
/** Above what the example sends as an attachment. */
const TOO_LARGE_FOR_MAIL = 20_500_000;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const taskIdsOf = (job: Item | undefined) => (job?.json.tasks as Array<{ id: string }>).map(({ id }) => id);

/** Runs an example as its user has filled it in, with a mailbox that is empty before. */
async function runExample(stage: Stage, name: string, filled: Parameters<typeof fillIn>[1], options?: RunOptions) {
	stage.mail.mails.length = 0;
	return await stage.run(fillIn(example(name), filled), options);
}

/** The one mail that has come. */
function onlyMail({ mail: { mails } }: Stage) {
	assert.equal(mails.length, 1);
	const [mail] = mails;
	assert.doesNotMatch(mail?.text ?? '', /undefined|\[object|\{\{/);
	return mail;
}

/** The job that the examples mean by "newest": the sandbox has one that is newer, but still running. */
const newestJob = ({ sandbox }: Stage) => sandbox.known.demo;

/** Runs the example, with another node for the bucket if asked to, and compares what has arrived. */
async function copyToBucket(stage: Stage, size: number | null, node?: Pick<WorkflowNode, 'type' | 'typeVersion' | 'credentials'>) {
	const { workflowId, jobId, taskId } = stage.sandbox.known.demo;
	await stage.sandbox.configurePackage(taskId, { size, readyAfterMs: 0 });
	const workflow = fillIn(example('download-to-s3'), {
		'Download Task': chosen({ workflowId, jobId, taskId }),
		'Put into the Bucket': { bucketName: stage.objectStore.bucket },
	});
	Object.assign(workflow.nodes.find(({ name }) => name === 'Put into the Bucket') ?? {}, node);
	await stage.run(workflow);
	const served = await stage.sandbox.packageInfo(taskId);
	const object = stage.objectStore.objects().get(`pixxel/${jobId}/${served.fileName}`);
	assert.ok(object, `the bucket has ${[...stage.objectStore.objects().keys()].join(', ') || 'nothing'}`);
	assert.equal(sha256(object), served.sha256);
}

/** Many parts; less where n8n keeps files in memory, or writes them into its database. */
const largeFor = ({ binaryMode }: Stage) => (binaryMode === 'filesystem' ? 300_000_000 : 12_000_000);

function askAgainLater({ sandbox }: Stage, minutesBetweenLooks: number, mostLooks: number) {
	const { workflowId, jobId, taskId } = sandbox.known.demo;
	const workflow = example('ask-again-later');
	const settings = workflow.nodes.find(({ name }) => name === 'Settings');
	const assignments = structuredClone(settings?.parameters.assignments) as { assignments: Array<{ name: string; value: unknown }> };
	const values: Record<string, number> = { minutesBetweenLooks, mostLooks };
	for (const each of assignments.assignments) {
		assert.ok(each.name in values, `Settings has a field "${each.name}" that the test does not know`);
		each.value = values[each.name];
	}
	return fillIn(workflow, {
		Settings: { assignments },
		'Ask for the Package': chosen({ workflowId, jobId, taskId }),
	});
}

const TWO_SECONDS = 2 / 60;

const first = (text: string | undefined, key: string): string => {
	// What a tool gave, as the model sees it: JSON, maybe in JSON again.
	const found = new RegExp(`\\\\*"${key}\\\\*":\\s*\\\\*"([^"\\\\]+)`).exec(text ?? '')?.[1];
	assert.ok(found, `no "${key}" in what the tool gave: ${text?.slice(0, 300)}`);
	return found;
};

export const exampleScenarios: Scenario[] = [
	{
		name: 'Examples: each imports as it is, finds its credentials by name, and has nothing in it that a newcomer trips over',
		async run(stage) {
			const readme = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
			const problems: string[] = [];
			for (const each of examples()) {
				try {
					examineExample(each, stage.nodeTypes);
					assert.ok(readme.includes(`(${each.file})`), `${each.file}: not in the table of examples/README.md`);
					const saved = await stage.client.workflow((await stage.create(each.workflow)).id);
					checkCredentialsFound(saved, Object.keys(CREDENTIAL_NAMES));
					assert.equal(saved.nodes.length, each.workflow.nodes.length, `${each.file}: nodes got lost on import`);
				} catch (error) {
					problems.push(wordsOf(error));
				}
			}
			assert.deepEqual(problems, []);
		},
	},
	{
		name: 'Example schedule-to-email: the file arrives as an attachment, byte for byte',
		async run(stage) {
			const { workflowId, jobId } = newestJob(stage);
			await stage.sandbox.configurePackage('*', { readyAfterMs: 0 });
			const filled = { 'List Finished Jobs': chosen({ workflowId }), 'Send the File': ADDRESSES };
			await runExample(stage, 'schedule-to-email', filled);
			const mail = onlyMail(stage);
			const served = await stage.sandbox.packageInfo(jobId);
			assert.equal(mail?.subject, `Pixxel results: ${served.fileName}`);
			assert.equal(mail?.attachments.length, 1);
			assert.equal(mail?.attachments[0]?.filename, served.fileName);
			assert.equal(sha256(mail?.attachments[0]?.content ?? Buffer.alloc(0)), served.sha256);
		},
	},
	{
		name: 'Example schedule-to-email: a package over the limit goes as a link that works',
		async run(stage) {
			const { workflowId, jobId } = newestJob(stage);
			await stage.sandbox.configurePackage(jobId, { size: TOO_LARGE_FOR_MAIL, readyAfterMs: 0 });
			const filled = { 'List Finished Jobs': chosen({ workflowId }), 'Send the Link': ADDRESSES };
			await runExample(stage, 'schedule-to-email', filled, { givesLinks: true });
			const mail = onlyMail(stage);
			assert.equal(mail?.attachments.length, 0);
			await assertLink(stage, mail?.text, jobId);
		},
	},
	{
		name: 'Example schedule-to-google-drive: the GeoTIFFs come as far as the Drive node, which nobody has signed in to here',
		async run(stage) {
			const { workflowId, jobId } = newestJob(stage);
			await stage.sandbox.configurePackage(jobId, { readyAfterMs: 0 });
			const filled = { 'List Finished Jobs': chosen({ workflowId }) };
			const execution = await runExample(stage, 'schedule-to-google-drive', filled, { endsAs: 'error' });
			const items = outputOf(execution, 'Fetch Its GeoTIFFs');
			assert.deepEqual(items.map(({ json }) => (json.file as { path: string }).path), ['rasters/bands.tif', 'rasters/ndvi.tif']);
			for (const { json, binary } of items) {
				assert.equal(binary?.data?.mimeType, 'image/tiff');
				assert.equal((await fingerprintOfFile(stage.client, binary?.data)).size, (json.file as { size: number }).size);
			}
			assert.match(execution.runData['Save to Google Drive']?.[0]?.error?.message ?? '', /access token/i);
		},
	},
	{
		name: 'Example download-to-s3: the object in the bucket is the package, byte for byte, also when it goes there in many parts',
		async run(stage) {
			await copyToBucket(stage, null);
			await copyToBucket(stage, largeFor(stage));
		},
	},
	{
		name: 'Example download-to-s3: with the S3 node in its place, as its note says',
		async run(stage) {
			const credentials = { s3: { id: null, name: CREDENTIAL_NAMES.s3 } };
			await copyToBucket(stage, largeFor(stage), { type: 'n8n-nodes-base.s3', typeVersion: 1, credentials });
		},
	},
	{
		name: 'Example run-workflow-and-download: one job, all its files',
		async run(stage) {
			const { projectId, workflowId } = stage.sandbox.known.demo;
			await stage.sandbox.configurePackage('*', { size: 300_000, readyAfterMs: 0 });
			const filled = { 'Run the Workflow': chosen({ projectId, workflowId }) };
			const execution = await runExample(stage, 'run-workflow-and-download', filled);
			const [job] = outputOf(execution, 'Run the Workflow');
			await assertPackages(stage, outputOf(execution, 'Continue Here'), taskIdsOf(job));
			const started = (await stage.sandbox.requests('api')).filter(({ method }) => method === 'POST');
			assert.equal(started.length, 1, 'more than one job was started');
		},
	},
	{
		name: 'Example ask-again-later: looks again until the package is there',
		async run(stage) {
			const { taskId } = stage.sandbox.known.demo;
			await stage.sandbox.configurePackage(taskId, { readyAfterMs: 3_000 });
			const execution = await stage.run(askAgainLater(stage, TWO_SECONDS, 10));
			const served = await stage.sandbox.packageInfo(taskId);
			assert.ok(served.puts > 1, `asked ${served.puts} times`);
			assert.equal(execution.runData['Ask for the Package']?.length, served.puts);
			await assertPackages(stage, outputOf(execution, 'Continue Here'), [taskId]);
		},
	},
	{
		name: 'Example ask-again-later: gives up after as many looks as it was told, and says so',
		async run(stage) {
			const { taskId } = stage.sandbox.known.demo;
			await stage.sandbox.configurePackage(taskId, { neverReady: true });
			const execution = await stage.run(askAgainLater(stage, 1 / 60, 3), { endsAs: 'error' });
			assert.equal((await stage.sandbox.packageInfo(taskId)).puts, 3);
			const message = execution.runData['Give Up']?.[0]?.error?.message ?? '';
			assert.match(message, /^Pixxel had not finished this package after 3 looks.*last status: pending/);
		},
	},
	{
		name: 'Example ask-again-later: a longer wait does not hold the execution',
		async run(stage) {
			const { taskId } = stage.sandbox.known.demo;
			await stage.sandbox.configurePackage(taskId, { neverReady: true });
			const { id } = await stage.create(askAgainLater(stage, 5, 24));
			const executionId = await stage.client.runWorkflow(id);
			await until('put aside', async () => (await stage.client.execution(executionId)).status === 'waiting', 20_000);
			await stage.client.stopExecution(executionId);
		},
	},
	{
		name: 'Example failures-to-an-error-branch: the others come, and someone reads what happened',
		async run(stage) {
			const { running } = stage.sandbox.known;
			await stage.sandbox.configurePackage('*', { size: 300_000, readyAfterMs: 0 });
			const filled = { 'List the Jobs': chosen({ workflowId: running.workflowId }), 'Tell Someone': ADDRESSES };
			const execution = await runExample(stage, 'failures-to-an-error-branch', filled);
			const jobs = outputOf(execution, 'The Last Ten').map(({ json }) => json.id);
			const files = outputOf(execution, 'Continue Here with the Files');
			assert.deepEqual(files.map(({ json }) => json.id), jobs.filter((id) => id !== running.jobId));
			const text = onlyMail(stage)?.text ?? '';
			assert.match(text, /could not be downloaded/);
			assert.match(text, /This job has not finished yet: its status is "running". Pixxel says: job .* has no output to package/);
			assert.match(text, /waits for the package, not for the analysis.*Pixxel Trigger/);
			assert.ok(text.includes(`Its ID: ${running.jobId}`), text);
		},
	},
	{
		name: 'Example ai-agent: from a question to what is in a package and a link that works, through five tools',
		async run(stage) {
			const { chatModel } = stage;
			const { demo } = stage.sandbox.known;
			await stage.sandbox.configurePackage(demo.taskId, { readyAfterMs: 0 });
			chatModel.requests.length = 0;
			chatModel.think = (request) => {
				const tool = (wanted: RegExp) => request.tools?.find(({ function: { name } }) => wanted.test(name))?.function.name ?? '';
				const [workflows, jobs, job, files, link] = toolResults(request);
				if (link !== undefined) return { text: `The link: ${first(link, 'signed_url')}` };
				if (workflows === undefined) return { tool: tool(/find.workflows/i), arguments: { name: 'Tailings pond' } };
				const workflow_id = first(workflows, 'id');
				if (jobs === undefined) return { tool: tool(/find.jobs/i), arguments: { workflow_id } };
				// A model would read which one has completed.
				assert.ok(jobs.includes(demo.jobId), 'the list of jobs lacks the newest finished one');
				if (job === undefined) return { tool: tool(/see.a.job/i), arguments: { workflow_id, job_id: demo.jobId } };
				assert.ok(job.includes(demo.taskId), 'the job lacks its task');
				const task = { workflow_id, job_id: demo.jobId, task_id: demo.taskId };
				if (files === undefined) return { tool: tool(/what.is.in.it/i), arguments: task };
				assert.ok(files.includes('rasters/ndvi.tif'), 'the list of files lacks the second GeoTIFF');
				return { tool: tool(/get.a.link/i), arguments: task };
			};
			const execution = await stage.run(example('ai-agent'), {
				givesLinks: true,
				trigger: 'When a Chat Message Comes In',
				triggerItems: [{ json: { sessionId: 'one', action: 'sendMessage', chatInput: 'Get me the newest tailings map.' } }],
			});
			await assertLink(stage, outputOf(execution, 'AI Agent')[0]?.json.output, demo.taskId);
			const shown = JSON.stringify(chatModel.requests);
			assert.equal(shown.includes(stage.sandbox.keys.valid), false, 'the model has seen the key');
		},
	},
	{
		name: 'Example when-a-job-has-finished, run by hand: the newest finished job brings all its files',
		async run(stage) {
			const { workflowId, jobId } = newestJob(stage);
			await stage.sandbox.configurePackage('*', { size: 300_000, readyAfterMs: 0 });
			const filled = { 'When a Job Has Finished': chosen({ workflowId }) };
			const execution = await runExample(stage, 'when-a-job-has-finished', filled);
			const [job] = outputOf(execution, 'When a Job Has Finished');
			assert.equal(job?.json.id, jobId);
			const files = outputOf(execution, 'Continue Here');
			await assertPackages(stage, files, taskIdsOf(job));
			const day = String(job?.json.created_at).slice(0, 10);
			const names = (job?.json.tasks as Array<{ name: string }>).map(({ name }) => `${day} ${name}.zip`);
			assert.deepEqual(files.map(({ binary }) => binary?.data?.fileName), names);
		},
	},
	{
		name: 'Example quicklook-by-email: picture and statistics of each task in the body of a mail',
		async run(stage) {
			const { workflowId } = newestJob(stage);
			await stage.sandbox.configurePackage('*', { readyAfterMs: 0 });
			const filled = { 'When a Job Has Finished': chosen({ workflowId }), 'Send the Quicklook': ADDRESSES };
			const execution = await runExample(stage, 'quicklook-by-email', filled);
			const [job] = outputOf(execution, 'When a Job Has Finished');
			const { mails } = stage.mail;
			assert.equal(mails.length, taskIdsOf(job).length);
			for (const mail of mails) {
				const html = String(mail.html);
				assert.equal(mail.subject, 'Pixxel quicklook: quicklook.png');
				assert.match(html, /surface reflectance/);
				assert.doesNotMatch(html, /undefined|\[object|\{\{/);
				assert.equal(mail.attachments.length, 1);
				assert.equal(mail.attachments[0]?.contentType, 'image/png');
				// The picture stands in the text, not beside it: mailparser puts it where its `cid:` is.
				assert.ok(mail.attachments[0]?.related, 'the picture is an attachment only');
				assert.match(html, /<img src="data:image\/png;base64,/);
			}
			const ids = mails.map(({ html }) => /"id": "([^"]+)"/.exec(String(html))?.[1]);
			assert.deepEqual(ids.sort(), taskIdsOf(job).sort());
		},
	},
];
