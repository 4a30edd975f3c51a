import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Workflow } from '../instance/n8nClient.mts';
import { CREDENTIAL_NAMES } from './stage.mts';
import { projectRoot } from '../install/projectRoot.mts';

/** One importable workflow of the `examples` folder. */
export type Example = ReturnType<typeof read>;

export const EXAMPLES = join(projectRoot(), 'examples');

function read(file: string) {
	const text = readFileSync(join(EXAMPLES, file), 'utf8');
	return { file, text, workflow: JSON.parse(text) as Workflow };
}

/** All of them, in the order of their names. */
export const examples = (): Example[] => readdirSync(EXAMPLES).filter((file) => file.endsWith('.json')).sort().map(read);

/** One of them, by its file's name without the ending. */
export const example = (name: string): Workflow => read(`${name}.json`).workflow;

/** The credentials of nodes that are not ours. No example names one: n8n then shows at the node that one is to be chosen, and runs all before it. */
const CHOSEN_CREDENTIALS: Record<string, keyof typeof CREDENTIAL_NAMES> = {
	'n8n-nodes-base.emailSend': 'smtp',
	'n8n-nodes-base.awsS3': 'aws',
	'n8n-nodes-base.googleDrive': 'googleDriveOAuth2Api',
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': 'openAiApi',
};

/**
 * Gives the workflow what its user has to fill in: for each node by its name, some parameters; and the credentials of other nodes. Nothing else can
 * be changed, and only parameters that are there already: an example that needs more is not finished.
 */
export function fillIn(workflow: Workflow, parameters: Record<string, Record<string, unknown>>): Workflow {
	for (const node of workflow.nodes) {
		const type = CHOSEN_CREDENTIALS[node.type];
		if (type) node.credentials = { [type]: { id: null, name: CREDENTIAL_NAMES[type] } };
	}
	for (const [name, values] of Object.entries(parameters)) {
		const node = workflow.nodes.find((candidate) => candidate.name === name);
		if (!node) throw new Error(`"${workflow.name}" has no node "${name}".`);
		for (const [parameter, value] of Object.entries(values)) {
			if (!(parameter in node.parameters)) throw new Error(`"${name}" of "${workflow.name}" has no "${parameter}" to fill in.`);
			node.parameters[parameter] = value;
		}
	}
	return workflow;
}

/** Choices from lists, as the editor stores them. */
export const chosen = (values: Record<string, string>) =>
	Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { __rl: true, mode: 'list', value }]));
