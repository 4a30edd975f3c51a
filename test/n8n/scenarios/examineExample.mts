import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { INode, INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import type { Workflow, WorkflowNode } from '../instance/n8nClient.mts';
import { projectRoot } from '../install/projectRoot.mts';
import type { Example } from './exampleFiles.mts';

/** As CommonJS: the other build of n8n-workflow imports names that its own dependency does not have. */
const { NodeHelpers } = createRequire(join(projectRoot(), 'package.json'))('n8n-workflow') as typeof import('n8n-workflow');

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

/** What a node takes on the canvas, with its name below. */
const NODE = { width: 100, height: 150 };
/** An agent is drawn wider. */
const AGENT_WIDTH = 260;

function boxOf({ name, type, position: [left, top], parameters }: WorkflowNode) {
	const isNote = type === STICKY_NOTE;
	const width = isNote ? Number(parameters.width) : type.endsWith('.agent') ? AGENT_WIDTH : NODE.width;
	const height = isNote ? Number(parameters.height) : NODE.height;
	return { name, left, top, right: left + width, bottom: top + height };
}

function checkText({ file, text }: Example): void {
	assert.doesNotMatch(text, /\/(home|Users|root|tmp|var|opt)\//, `${file}: a path of some machine`);
	assert.doesNotMatch(text, /[A-Za-z]:\\\\/, `${file}: a path of some machine`);
	assert.doesNotMatch(text, /localhost|127\.0\.0\.1|sandbox/i, `${file}: something of a test`);
	assert.doesNotMatch(text, /X-(Sandbox|Amz|Goog)-|sk-[A-Za-z0-9]{8}|"(apiKey|password|accessToken|secretAccessKey)"/, `${file}: a secret`);
	assert.doesNotMatch(text, /"instanceId"|"versionId"|"active"|"shared"/, `${file}: something of the n8n it comes from`);
}

function checkNodes({ file, workflow }: Example, types: INodeTypeDescription[]): void {
	const names = workflow.nodes.map(({ name }) => name);
	assert.equal(new Set(names).size, names.length, `${file}: two nodes have the same name`);
	for (const node of workflow.nodes) {
		const where = `${file}, "${node.name}"`;
		for (const [type, credential] of Object.entries(node.credentials ?? {})) {
			assert.equal(type, 'pixxelApi', `${where}: n8n takes the credential for chosen, shows no red triangle, and runs nothing`);
			assert.equal(credential.id, null, `${where}: the id of somebody’s credential`);
			assert.ok(credential.name, `${where}: a credential without a name`);
		}
		const description = types.find(({ name, version }) => name === node.type && [version].flat().includes(node.typeVersion));
		assert.ok(description, `${where}: this n8n has no ${node.type} in version ${node.typeVersion}`);
		checkParameters(where, node, description);
	}
}

/** n8n's own idea of a node's parameters must be ours: nothing that it does not know, nothing that it forbids. */
function checkParameters(where: string, node: WorkflowNode, description: INodeTypeDescription): void {
	const properties = description.properties as INodeProperties[];
	const asNode = node as unknown as INode;
	const known = NodeHelpers.getNodeParameters(properties, asNode.parameters, true, false, asNode, description) ?? {};
	for (const name of Object.keys(node.parameters)) assert.ok(name in known, `${where}: the node has no parameter "${name}" there`);
	const found = NodeHelpers.getNodeParametersIssues(properties, asNode, description)?.parameters ?? {};
	// Those are for the user to choose.
	const open = Object.keys(found).filter((name) => !/^(projectId|workflowId|jobId|taskId|bucketName)$/.test(name));
	assert.deepEqual(open.map((name) => found[name]), [], where);
}

function checkLayout({ file, workflow }: Example): void {
	const boxes = workflow.nodes.map(boxOf);
	for (const [index, a] of boxes.entries()) {
		const over = boxes.slice(index + 1).find((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
		assert.equal(over, undefined, `${file}: "${a.name}" and "${over?.name}" lie over one another`);
	}
	const leftOf = new Map(boxes.map(({ name, left }) => [name, left]));
	const wires = Object.entries(workflow.connections).flatMap(([from, { main = [] }]) =>
		main.flatMap((targets) => targets ?? []).map(({ node }) => ({ from, to: node })),
	);
	const backwards = wires.filter(({ from, to }) => (leftOf.get(to) ?? 0) <= (leftOf.get(from) ?? 0)).map(({ from, to }) => `${from} → ${to}`);
	const isLoop = backwards.length === 1 && workflow.nodes.some(({ type }) => type === 'n8n-nodes-base.wait');
	assert.ok(backwards.length === 0 || isLoop, `${file}: not from left to right: ${backwards.join(', ')}`);
}

function checkNotes({ file, workflow }: Example): void {
	const notes = workflow.nodes.filter(({ type }) => type === STICKY_NOTE).map(({ parameters }) => String(parameters.content));
	assert.ok(notes.length > 0, `${file}: no sticky note`);
	const all = notes.join('\n');
	for (const heading of ['**Before you run it**', '**What to change**']) {
		assert.ok(all.includes(heading), `${file}: no note says ${heading}`);
	}
	// What stands in bold in a note's list is a node to look at, or a field's value.
	const others = new Set(workflow.nodes.filter(({ type }) => type !== STICKY_NOTE).map(({ name }) => name));
	for (const line of all.split('\n').filter((text) => text.startsWith('- '))) {
		for (const [, bold = ''] of line.matchAll(/\*\*(.+?)\*\*/g)) {
			assert.ok(others.has(bold) || bold === 'Send', `${file}: a note speaks of "${bold}", which is no node`);
		}
	}
}

/** Looks through an example the way a careful person does before handing it to a newcomer. */
export function examineExample(example: Example, types: INodeTypeDescription[]): void {
	checkText(example);
	checkNodes(example, types);
	checkLayout(example);
	checkNotes(example);
}

/** Whether every credential that is known here was found by its name. */
export function checkCredentialsFound({ nodes }: Workflow, known: readonly string[]): void {
	for (const node of nodes) {
		for (const [type, { id, name }] of Object.entries(node.credentials ?? {})) {
			if (known.includes(type)) assert.ok(id, `"${node.name}" has not found the credential "${name}"`);
		}
	}
}
