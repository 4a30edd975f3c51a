import type { ArchiveContent } from '../packages/archive/archiveContent.mts';
import { digestOf } from '../storage/digests.mts';
import { finishJob, makeJob } from './jobControl.mts';
import { Refusal } from '../api/refusal.mts';
import type { Sandbox } from '../sandbox.mts';
import { etagOf, signedPath } from '../storage/storage.mts';
import type { Controls } from '../types.mts';
import { projectSlugs } from '../world/wellKnown.mts';
import { addProject, addWorkflow } from '../world/world.mts';

/** What the server itself does for the control part. */
export interface ServerControls {
	openSockets: () => number;
	/** Ends the connections that are in the middle of an answer. */
	releaseAnswers: () => void;
}

/** What tests can ask of a sandbox beside the API. */
function controlsOf(sandbox: Sandbox, server: ServerControls): Controls {
	const { world, packages, recorder, scripts } = sandbox;
	return {
		reset() {
			server.releaseAnswers();
			sandbox.reset();
		},
		state: () => ({ openSockets: server.openSockets(), ...recorder.counts, scriptedAnswersLeft: scripts.left }),
		requests: (part) => recorder.requests.filter((request) => !part || request.part === part),
		forgetRequests: () => recorder.clear(),
		script: (match, answers) => scripts.addScript({ ...match, answers: [answers].flat() }),
		clearScripts: () => scripts.clear(),
		behave: (behaviour) => void Object.assign(sandbox.behaviour, behaviour),
		configurePackage: (id, change) => packages.configure(id, change),
		async packageInfo(id) {
			const pack = packages.get(id);
			const content = await pack.content();
			const sha256 = (await digestOf(content, 'sha256')).toString('hex');
			const { fileName, puts, faults } = pack;
			return { id, size: content.size, sha256, etag: etagOf(pack, content) ?? null, fileName, puts, faultsLeft: faults.left };
		},
		async packedFile(id, path) {
			const content = await packages.get(id).content();
			const file = 'file' in content ? (content as ArchiveContent).file(path) : undefined;
			if (file === undefined) throw new Refusal(404, 'not_found', `The package ${id} has no made-up file ${path}`);
			return { size: file.size, sha256: (await digestOf(file, 'sha256')).toString('hex') };
		},
		addFaults: (id, faults) => packages.get(id).faults.add([faults].flat()),
		signUrl: (id, { ttlMs } = {}) => `${sandbox.origin}${signedPath(sandbox, id, ttlMs)}`,
		planJobs: (workflowId, plan) => void sandbox.plans.set(workflowId, plan),
		makeJob: (job) => makeJob(sandbox, job),
		finishJob: (jobId, ending = {}) => finishJob(sandbox, jobId, ending),
		addToWorld({ projects = 0, workflows = 0 }) {
			const already = world.projects.size + world.workflows.size;
			for (let index = 0; index < projects; index++) addProject(world, `extra ${already + index}`);
			for (let index = 0; index < workflows; index++) {
				addWorkflow(world, projectSlugs.first, `Extra workflow ${already + index}`, ['Area of interest']);
			}
		},
	};
}

/**
 * Answers a control call: POST with its name as path and its arguments as JSON. Throws a Refusal for an unknown one and a
 * SyntaxError for a body that is no JSON; the arguments are trusted, since their only sender is `client.mts`, which is typed.
 */
export async function answerControl(sandbox: Sandbox, server: ServerControls, path: string, text: string): Promise<unknown> {
	const controls = controlsOf(sandbox, server) as unknown as Record<string, (...given: unknown[]) => unknown>;
	const name = path.replace('/sandbox/', '');
	if (!Object.hasOwn(controls, name)) throw new Refusal(404, 'not_found', `The sandbox knows no control call ${name}`);
	return (await controls[name]?.(...(JSON.parse(text) as unknown[]))) ?? null;
}
