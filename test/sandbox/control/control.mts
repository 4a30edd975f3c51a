import type { IncomingMessage } from 'node:http';
import { digestOf } from '../storage/digests.mts';
import { finishJob, makeJob } from './jobControl.mts';
import { Refusal } from '../api/refusal.mts';
import type { Sandbox } from '../sandbox.mts';
import { etagOf, signedPath } from '../storage/storage.mts';
import type {
	Behaviour,
	JobEnding,
	JobPlan,
	NewJob,
	PackageInfo,
	PackageSettingsChange,
	SandboxState,
	Script,
	StorageFault,
} from '../types.mts';
import { keys, known, projectSlugs } from '../world/wellKnown.mts';
import { addProject, addWorkflow } from '../world/world.mts';

/** What the server itself does for the control part. */
export interface ServerControls {
	openSockets: () => number;
	/** Ends the connections that are in the middle of an answer. */
	releaseAnswers: () => void;
}

interface Order {
	sandbox: Sandbox;
	server: ServerControls;
	/** The identifier in the path, e.g. a task's. */
	id: string;
	body: unknown;
}

async function packageInfo({ sandbox, id }: Order): Promise<PackageInfo> {
	const pack = sandbox.packages.get(id);
	const content = await pack.content();
	return {
		id,
		size: content.size,
		sha256: (await digestOf(content, 'sha256')).toString('hex'),
		etag: etagOf(pack, content) ?? null,
		fileName: pack.fileName,
		puts: pack.puts,
	};
}

function state({ sandbox, server }: Order): SandboxState {
	return { openSockets: server.openSockets(), ...sandbox.recorder.counts, scriptedAnswersLeft: sandbox.scripts.left };
}

function addThings({ sandbox, body }: Order) {
	const { projects = 0, workflows = 0 } = body as { projects?: number; workflows?: number };
	const already = sandbox.world.projects.size + sandbox.world.workflows.size;
	for (let index = 0; index < projects; index++) addProject(sandbox.world, `extra ${already + index}`);
	for (let index = 0; index < workflows; index++) {
		addWorkflow(sandbox.world, projectSlugs.first, `Extra workflow ${already + index}`, ['Area of interest']);
	}
	return { projects: sandbox.world.projects.size, workflows: sandbox.world.workflows.size };
}

/** Every control call: method and path, `{id}` for one segment. */
const orders: Record<string, (order: Order) => unknown> = {
	'GET /sandbox': () => ({ double: true, keys, known }),
	'DELETE /sandbox': ({ sandbox, server }) => {
		server.releaseAnswers();
		sandbox.reset();
		return {};
	},
	'GET /sandbox/state': state,
	'GET /sandbox/requests': ({ sandbox }) => sandbox.recorder.requests,
	'DELETE /sandbox/requests': ({ sandbox }) => {
		sandbox.recorder.clear();
		return {};
	},
	'POST /sandbox/scripts': ({ sandbox, body }) => {
		sandbox.scripts.add(body as Script);
		return {};
	},
	'DELETE /sandbox/scripts': ({ sandbox }) => {
		sandbox.scripts.clear();
		return {};
	},
	'PATCH /sandbox/behaviour': ({ sandbox, body }) => Object.assign(sandbox.behaviour, body as Behaviour),
	'GET /sandbox/packages/{id}': packageInfo,
	'PATCH /sandbox/packages/{id}': ({ sandbox, id, body }) =>
		sandbox.packages.configure(id, body as PackageSettingsChange),
	'POST /sandbox/packages/{id}/faults': ({ sandbox, id, body }) => {
		sandbox.packages.get(id).faults.add(body as StorageFault[]);
		return {};
	},
	'POST /sandbox/packages/{id}/url': ({ sandbox, id, body }) => {
		return { url: `${sandbox.origin}${signedPath(sandbox, id, (body as { ttlMs?: number }).ttlMs)}` };
	},
	'PUT /sandbox/plans/{id}': ({ sandbox, id, body }) => {
		sandbox.plans.set(id, body as JobPlan);
		return {};
	},
	'POST /sandbox/jobs': ({ sandbox, body }) => makeJob(sandbox, body as NewJob),
	'POST /sandbox/jobs/{id}/finish': ({ sandbox, id, body }) => finishJob(sandbox, id, body as JobEnding),
	'POST /sandbox/world': addThings,
};

/**
 * Answers a control call. Throws a Refusal for an unknown one and a SyntaxError for a body that is no JSON; the content of a
 * body is trusted, since its only sender is `client.mts`, which is typed.
 */
export async function answerControl(
	sandbox: Sandbox,
	server: ServerControls,
	request: IncomingMessage,
	path: string,
	text: string,
): Promise<unknown> {
	const segments = path.split('/');
	const takesId = segments.length > 3 && ['packages', 'plans', 'jobs'].includes(segments[2] ?? '');
	const id = takesId ? decodeURIComponent(segments[3] ?? '') : '';
	if (takesId) segments[3] = '{id}';
	const order = orders[`${request.method} ${segments.join('/')}`];
	if (order === undefined)
		throw new Refusal(404, 'not_found', `The sandbox knows no control call ${request.method} ${path}`);
	return await order({ sandbox, server, id, body: text === '' ? {} : JSON.parse(text) });
}
