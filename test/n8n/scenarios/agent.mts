import assert from 'node:assert/strict';

import { outputOf, type Workflow } from '../instance/n8nClient.mts';
import { toolResults } from '../standIns/chatModel.mts';
import { assertLink } from './packages.mts';
import type { Scenario } from './stage.mts';
import { byId, downloadTask, START, start } from './workflows.mts';

const AGENT = 'Agent';
const MODEL = 'Model';
const TOOL = 'Link to a Package';

/** An agent of a given version, with the Pixxel node as its tool. */
function agentWorkflow(typeVersion: number, pixxel: { id: string; name: string }, workflowId: string): Workflow {
	const ask = (what: string) => `={{ $fromAI('${what}', 'The ID of the ${what}', 'string') }}`;
	const tool = downloadTask({ pixxel }, { workflowId, jobId: ask('job'), taskId: ask('task') }, {
		output: 'signedUrl',
		descriptionType: 'manual',
		toolDescription: 'Gets a link to the output of a task.',
	});
	return {
		name: `Agent ${typeVersion}`,
		nodes: [
			{ ...start, id: 'start', position: [0, 0] },
			{
				id: 'agent',
				name: AGENT,
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion,
				position: [220, 0],
				parameters: { promptType: 'define', text: 'Get me the latest tailings map.', options: {} },
			},
			{
				id: 'model',
				name: MODEL,
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.2,
				position: [220, 220],
				parameters: { model: byId('stand-in'), options: {} },
				credentials: { openAiApi: { id: null, name: 'OpenAi account' } },
			},
			{ ...tool, id: 'tool', name: TOOL, type: 'n8n-nodes-pixxel.pixxelTool', position: [440, 220] },
		],
		connections: {
			[START]: { main: [[{ node: AGENT, type: 'main', index: 0 }]] },
			[MODEL]: { ai_languageModel: [[{ node: AGENT, type: 'ai_languageModel', index: 0 }]] },
			[TOOL]: { ai_tool: [[{ node: AGENT, type: 'ai_tool', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

const asTool = (typeVersion: number): Scenario => ({
	name: `AI tool: a real agent (version ${typeVersion}) calls the node, and answers with its result`,
	async run(stage) {
		const { workflowId, jobId, taskId } = stage.sandbox.known.demo;
		const { chatModel } = stage;
		chatModel.requests.length = 0;
		chatModel.think = (request) => {
			const [result] = toolResults(request);
			if (result !== undefined) return { text: `Here it is: ${result}` };
			const tool = request.tools?.[0]?.function.name ?? 'no tool was offered';
			return { tool, arguments: { job: jobId, task: taskId } };
		};
		const execution = await stage.run(agentWorkflow(typeVersion, stage.pixxel, workflowId), { givesLinks: true });
		const offered = chatModel.requests[0]?.tools?.[0]?.function;
		assert.equal(offered?.description, 'Gets a link to the output of a task.');
		assert.deepEqual(Object.keys(offered?.parameters?.properties ?? {}).sort(), ['job', 'task']);
		const answer = String(outputOf(execution, AGENT)[0]?.json.output);
		assert.match(answer, /^Here it is: /);
		await assertLink(stage, answer, taskId);
	},
});

export const agents = [asTool(3), asTool(2.2)];
