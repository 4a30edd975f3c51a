import assert from 'node:assert/strict';

import { outputOf } from '../instance/n8nClient.mts';
import { type ChatRequest, toolResults } from '../standIns/chatModel.mts';
import { example, fillIn } from './exampleFiles.mts';
import { assertLink } from './packages.mts';
import { scenarios, type Stage } from './stage.mts';

/** What a tool gave, as the model sees it: JSON, maybe in JSON again. */
const first = (text: string | undefined, key: string): string => {
	const found = new RegExp(`\\\\*"${key}\\\\*":\\s*\\\\*"([^"\\\\]+)`).exec(text ?? '')?.[1];
	assert.ok(found, `no "${key}" in what the tool gave: ${text?.slice(0, 300)}`);
	return found;
};

const toolOf = (request: ChatRequest | undefined, wanted: RegExp) =>
	request?.tools?.find(({ function: { name } }) => wanted.test(name))?.function ?? { name: '' };

/**
 * Runs the example with an agent of this version, which newer and older workflows have. The older one makes a call that is refused, and
 * makes it again; with the newer one, a refusal ends the workflow before n8n 2.40.
 */
async function askAgent(stage: Stage, typeVersion: number): Promise<void> {
	const { chatModel } = stage;
	const { demo, nothing } = stage.sandbox.known;
	await stage.sandbox.configurePackage(demo.taskId, { readyAfterMs: 0 });
	chatModel.requests.length = 0;
	chatModel.think = (request) => {
		const call = (wanted: RegExp, given: Record<string, string>) => ({ tool: toolOf(request, wanted).name, arguments: given });
		const [workflows, jobs, job, files, ...links] = toolResults(request);
		// What the model gets to hear of a refusal is n8n's to say: nothing, here.
		const link = links.find((each) => each.includes('signed_url'));
		if (link !== undefined) return { text: `The link: ${first(link, 'signed_url')}` };
		if (workflows === undefined) return call(/find.workflows/i, { name: 'Tailings pond' });
		const workflow_id = first(workflows, 'id');
		if (jobs === undefined) return call(/find.jobs/i, { workflow_id });
		// A model would read which one has completed.
		assert.ok(jobs.includes(demo.jobId), 'the list of jobs lacks the newest finished one');
		if (job === undefined) return call(/see.a.job/i, { workflow_id, job_id: demo.jobId });
		assert.ok(job.includes(demo.taskId), 'the job lacks its task');
		const task = { workflow_id, job_id: demo.jobId, task_id: demo.taskId };
		if (files === undefined) return call(/what.is.in.it/i, task);
		assert.ok(files.includes('rasters/ndvi.tif'), 'the list of files lacks the second GeoTIFF');
		const isToBeRefused = typeVersion < 3 && links.length === 0;
		return call(/get.a.link/i, isToBeRefused ? { ...task, task_id: nothing } : task);
	};
	const workflow = fillIn(example('ai-agent'), {});
	for (const node of workflow.nodes) if (node.name === 'AI Agent') Object.assign(node, { typeVersion });
	const execution = await stage.run(workflow, {
		givesLinks: true,
		trigger: 'When a Chat Message Comes In',
		triggerItems: [{ json: { sessionId: 'one', action: 'sendMessage', chatInput: 'Get me the newest tailings map.' } }],
	});
	await assertLink(stage, outputOf(execution, 'AI Agent')[0]?.json.output, demo.taskId);
	const { description, parameters } = toolOf(chatModel.requests[0], /get.a.link/i);
	assert.match(description ?? '', /^Gives a link to the output of a task/);
	assert.deepEqual(Object.keys(parameters?.properties ?? {}).sort(), ['job_id', 'task_id', 'workflow_id']);
	const shown = JSON.stringify(chatModel.requests);
	assert.equal(shown.includes(stage.sandbox.keys.valid), false, 'the model has seen the key');
}

export const agents = scenarios({
	'Example ai-agent: from a question to what is in a package and a link that works, through five tools': (stage) => askAgent(stage, 3),
	'Example ai-agent, with an agent of version 2.2: a tool that is refused can be called again': (stage) => askAgent(stage, 2.2),
});
