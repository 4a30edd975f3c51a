import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Item, outputOf, type WorkflowNode } from '../instance/n8nClient.mts';
import { wordsOf } from '../process/shutdown.mts';
import { until } from '../process/until.mts';
import { checkCredentialsFound, examineExample } from './examineExample.mts';
import { chosen, example, EXAMPLES, examples, fillIn } from './exampleFiles.mts';
import { assertLink, assertPackages, fingerprintOfFile } from './packages.mts';
import type { TaskIds } from './workflows.mts';
import { CREDENTIAL_NAMES, type RunOptions, scenarios, type Stage } from './stage.mts';

const ADDRESSES = { fromEmail: 'results@example.com', toEmail: 'somebody@example.com' };
/** Above what the example sends as an attachment. */
const TOO_LARGE_FOR_MAIL = 20_500_000;

/** What an expression leaves that has found nothing. */
const NOT_FILLED_IN = /undefined|\[object|\{\{/;

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
	assert.doesNotMatch(mail?.text ?? '', NOT_FILLED_IN);
	return mail;
}

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
	assert.equal(sha256(stage.objectStore.object(`pixxel/${jobId}/${served.fileName}`)), served.sha256);
}

/** Many parts; less where n8n keeps files in memory, or writes them into its database. */
const largeFor = ({ binaryMode }: Stage) => (binaryMode === 'filesystem' ? 300_000_000 : 12_000_000);

function askAgainLater({ sandbox }: Stage, minutesBetweenLooks: number, mostLooks: number) {
	const { workflowId, jobId, taskId } = sandbox.known.demo;
	const workflow = fillIn(example('ask-again-later'), { 'Ask for the Package': chosen({ workflowId, jobId, taskId }) });
	const settings = workflow.nodes.find(({ name }) => name === 'Settings')?.parameters.assignments;
	const values: Record<string, number> = { minutesBetweenLooks, mostLooks };
	for (const each of (settings as { assignments: Array<{ name: string; value: unknown }> }).assignments) {
		assert.ok(each.name in values, `Settings has a field "${each.name}" that the test does not know`);
		each.value = values[each.name];
	}
	return workflow;
}

const TWO_SECONDS = 2 / 60;

export const exampleScenarios = scenarios({
	async 'Examples: each imports as it is, finds its credentials by name, and has nothing in it that a newcomer trips over'(stage) {
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

	async 'Example schedule-to-email: the file arrives as an attachment, byte for byte'(stage) {
		const { workflowId, jobId } = stage.sandbox.known.demo;
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

	async 'Example schedule-to-email: a package over the limit goes as a link that works'(stage) {
		const { workflowId, jobId } = stage.sandbox.known.demo;
		await stage.sandbox.configurePackage(jobId, { size: TOO_LARGE_FOR_MAIL, readyAfterMs: 0 });
		const filled = { 'List Finished Jobs': chosen({ workflowId }), 'Send the Link': ADDRESSES };
		await runExample(stage, 'schedule-to-email', filled, { givesLinks: true });
		const mail = onlyMail(stage);
		assert.equal(mail?.attachments.length, 0);
		await assertLink(stage, mail?.text, jobId);
	},

	async 'Example schedule-to-google-drive: the GeoTIFFs come as far as the Drive node, which nobody has signed in to here'(stage) {
		const { workflowId, jobId } = stage.sandbox.known.demo;
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

	async 'Example download-to-s3: the object in the bucket is the package, byte for byte, also when it goes there in many parts'(stage) {
		await copyToBucket(stage, null);
		await copyToBucket(stage, largeFor(stage));
	},

	async 'Example download-to-s3: with the S3 node in its place, as its note says'(stage) {
		const credentials = { s3: { id: null, name: CREDENTIAL_NAMES.s3 } };
		await copyToBucket(stage, largeFor(stage), { type: 'n8n-nodes-base.s3', typeVersion: 1, credentials });
	},

	async 'Example run-workflow-and-download: one job, all its files'(stage) {
		const { projectId, workflowId } = stage.sandbox.known.demo;
		await stage.sandbox.configurePackage('*', { size: 300_000, readyAfterMs: 0 });
		const filled = { 'Run the Workflow': chosen({ projectId, workflowId }) };
		const execution = await runExample(stage, 'run-workflow-and-download', filled);
		const [job] = outputOf(execution, 'Run the Workflow');
		await assertPackages(stage, outputOf(execution, 'Continue Here'), taskIdsOf(job));
		const started = (await stage.sandbox.requests('api')).filter(({ method }) => method === 'POST');
		assert.equal(started.length, 1, 'more than one job was started');
	},

	async 'Example ask-again-later: looks again until the package is there'(stage) {
		const { taskId } = stage.sandbox.known.demo;
		await stage.sandbox.configurePackage(taskId, { readyAfterMs: 3_000 });
		const execution = await stage.run(askAgainLater(stage, TWO_SECONDS, 10));
		const served = await stage.sandbox.packageInfo(taskId);
		assert.ok(served.puts > 1, `asked ${served.puts} times`);
		assert.equal(execution.runData['Ask for the Package']?.length, served.puts);
		await assertPackages(stage, outputOf(execution, 'Continue Here'), [taskId]);
	},

	async 'Example ask-again-later: gives up after as many looks as it was told, and says so'(stage) {
		const { taskId } = stage.sandbox.known.demo;
		await stage.sandbox.configurePackage(taskId, { neverReady: true });
		const execution = await stage.run(askAgainLater(stage, 1 / 60, 3), { endsAs: 'error' });
		assert.equal((await stage.sandbox.packageInfo(taskId)).puts, 3);
		const message = execution.runData['Give Up']?.[0]?.error?.message ?? '';
		assert.match(message, /^Pixxel had not finished this package after 3 looks.*last status: pending/);
	},

	async 'Example ask-again-later: a longer wait does not hold the execution'(stage) {
		const { taskId } = stage.sandbox.known.demo;
		await stage.sandbox.configurePackage(taskId, { neverReady: true });
		const { id } = await stage.create(askAgainLater(stage, 5, 24));
		const executionId = await stage.client.runWorkflow(id);
		await until('put aside', async () => (await stage.client.execution(executionId)).status === 'waiting', 20_000);
		await stage.client.stopExecution(executionId);
	},

	async 'Example failures-to-an-error-branch: the others come, and someone reads what happened'(stage) {
		const { running } = stage.sandbox.known;
		await stage.sandbox.configurePackage('*', { size: 300_000, readyAfterMs: 0 });
		// More than are worked on at once.
		for (let more = 0; more < 5; more++) await stage.sandbox.makeJob({ workflowId: running.workflowId });
		const filled = { 'List the Jobs': chosen({ workflowId: running.workflowId }), 'Tell Someone': ADDRESSES };
		const execution = await runExample(stage, 'failures-to-an-error-branch', filled);
		const jobs = outputOf(execution, 'The Last Ten').map(({ json }) => json.id);
		assert.equal(jobs.length, 10);
		await assertPackages(stage, outputOf(execution, 'Continue Here with the Files'), jobs.filter((id) => id !== running.jobId).map(String));
		const text = onlyMail(stage)?.text ?? '';
		assert.match(text, /could not be downloaded/);
		assert.match(text, /This job has not finished yet: its status is "running". Pixxel says: job .* has no output to package/);
		assert.match(text, /waits for the package, not for the analysis.*Pixxel Trigger/);
		assert.ok(text.includes(`Its ID: ${running.jobId}`), text);
	},

	async 'Example when-a-job-has-finished, run by hand: the newest finished job brings all its files'(stage) {
		const { workflowId, jobId } = stage.sandbox.known.demo;
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

	async 'Example quicklook-by-email: picture and statistics of each task in the body of a mail, which tells when its own job ended'(stage) {
		const { demo, second, otherProject } = stage.sandbox.known;
		await stage.sandbox.configurePackage('*', { readyAfterMs: 0 });
		// Two jobs that ended between two looks.
		const ends = new Map([[demo, '2026-01-02T03:04:05Z'], [second, '2026-01-02T03:04:05Z'], [otherProject, '2026-02-03T04:05:06Z']]);
		const jobOf = (...tasks: TaskIds[]) => ({
			id: tasks[0]?.jobId,
			finished_at: ends.get(tasks[0] as typeof demo),
			tasks: tasks.map(({ workflowId, jobId, taskId }) => ({ id: taskId, job_id: jobId, workflow_id: workflowId })),
		});
		const filled = { 'When a Job Has Finished': chosen({ workflowId: demo.workflowId }), 'Send the Quicklook': ADDRESSES };
		const pinned = [jobOf(demo, second), jobOf(otherProject)].map((json) => ({ json }));
		const { mails } = stage.mail;
		mails.length = 0;
		await stage.run({ ...fillIn(example('quicklook-by-email'), filled), pinData: { 'When a Job Has Finished': pinned } });
		for (const { subject, html, attachments } of mails) {
			assert.equal(subject, 'Pixxel quicklook: quicklook.png');
			assert.match(String(html), /surface reflectance/);
			assert.doesNotMatch(String(html), NOT_FILLED_IN);
			assert.deepEqual(attachments.map(({ contentType }) => contentType), ['image/png']);
			// The picture stands in the text, not beside it: mailparser puts it where its `cid:` is.
			assert.ok(attachments[0]?.related, 'the picture is an attachment only');
			assert.match(String(html), /<img src="data:image\/png;base64,/);
		}
		const told = mails.map(({ html }) => [/"id": "([^"]+)"/.exec(String(html))?.[1], /ended at ([^.<]+)\./.exec(String(html))?.[1]]);
		assert.deepEqual(told.sort(), [...ends].map(([{ taskId }, end]) => [taskId, end]).sort());
	},
});
