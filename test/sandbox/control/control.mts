import { Refusal } from '../exchange.mts';
import type { Sandbox } from '../sandbox.mts';
import { digestOf } from '../storage/digests.mts';
import { etagOf } from '../storage/headers.mts';
import { signedUrl } from '../storage/storage.mts';
import type { Behaviour, InsightEnding, JobEnding, JobPlan, NewImage, NewInsight, NewJob, PackageSettingsChange, Part, ScriptedAnswer, ScriptMatch, StorageFault } from '../types.mts';
import { projectSlugs } from '../world/wellKnown.mts';
import { skip } from '../clock.mts';

function packageControls(sandbox: Sandbox) {
	const { packages } = sandbox;
	return {
		/** Changes how the package of a task, job, insight, asset or image (`*`: every one) is made and served. */
		configurePackage: (id: string, change: PackageSettingsChange) => packages.configure(id, change),
		/** The package as it is now. Reads all of it the first time: about a second for each GiB. */
		async packageInfo(id: string) {
			const pack = packages.get(id);
			const content = await pack.content();
			const sha256 = (await digestOf(content, 'sha256')).toString('hex');
			const { fileName, puts, faults } = pack;
			/** `puts`: received for it. `etag`: as announced. `faultsLeft`: those that no GET has met yet; one without end counts once. */
			return { size: content.size, sha256, etag: etagOf(pack, content) ?? null, fileName, puts, faultsLeft: faults.left };
		},
		/** What comes out when one file of a made-up archive is unpacked. Reads all of it the first time, as above. */
		async packedFile(id: string, path: string) {
			const file = (await packages.get(id).content()).file?.(path);
			if (file === undefined) throw new Refusal(404, 'not_found', `The package ${id} has no made-up file ${path}`);
			return { size: file.size, sha256: (await digestOf(file, 'sha256')).toString('hex') };
		},
		/** Each GET of the package takes the next fault that fits it. */
		addFaults: (id: string, faults: StorageFault | StorageFault[]) => packages.get(id).faults.add([faults].flat()),
		/** A signed URL without asking the API. */
		signUrl: (id: string) => signedUrl(sandbox, id),
	};
}

/** A call of one of the controls by name, from another process; and what became of it. */
export type Order = { id: number; name: string; given: unknown[] };
export type Obeyed = { id: number; answer?: unknown; refusal?: string };

/** What tests can ask of a sandbox beside the API. */
export type Controls = ReturnType<typeof controlsOf>;

export function controlsOf(sandbox: Sandbox) {
	const { recorder, scripts, world } = sandbox;
	return {
		/** Brings back the world, scripts, faults, settings and recordings of the start; ends answers that are under way. */
		reset: () => sandbox.reset(),
		state: () => ({
			/** Connections open now. Idle keep-alive connections count. */
			openSockets: recorder.openSockets,
			apiRequestsInFlight: recorder.inFlight('api'),
			storageRequestsInFlight: recorder.inFlight('storage'),
			/** The most of them at the same time since the last reset or `forgetRequests`. */
			mostStorageRequestsInFlight: recorder.mostStorage,
		}),
		/** What the API and the storage were asked, oldest first. */
		requests: (part?: Part) => recorder.requests.filter((request) => !part || request.part === part),
		/** Lets time pass at once. */
		skip,
		forgetRequests: () => recorder.clear(),
		/** Puts answers in place of the normal ones, used once each in their order, then normal behaviour again. */
		script: (match: ScriptMatch, answers: ScriptedAnswer | ScriptedAnswer[]) =>
			scripts.add([answers].flat().map((answer) => ({ ...match, ...answer }))),
		clearScripts: () => scripts.clear(),
		behave: (behaviour: Behaviour) => void Object.assign(sandbox.behaviour, behaviour),
		...packageControls(sandbox),
		/** How jobs go that are created through the API from now on, in one workflow or (`*`) in all. */
		planJobs: (workflowId: string, plan: JobPlan) => void sandbox.plans.set(workflowId, plan),
		/** Puts a job into a workflow: finished, or `running`. */
		makeJob: (job: NewJob) => world.makeJob(job),
		/** Ends a job now. */
		finishJob: (jobId: string, ending: JobEnding = {}) => world.finishJob(jobId, ending),
		/** Puts an insight into an area: finished, or `running`. */
		makeInsight: (insight: NewInsight) => world.makeInsight(insight),
		/** Ends an insight now. */
		finishInsight: (id: string, ending: InsightEnding = {}) => world.finishInsight(id, ending),
		/** Puts a new image into the catalog. */
		deliverImage: (image: NewImage = {}) => world.deliverImage(image),
		/** Answers that Pixxel's description does not know, since the last call of this. */
		takeViolations: () => sandbox.violations.splice(0),
		/** Adds projects, and workflows to the first project, for tests of long lists. */
		addToWorld({ projects = 0, workflows = 0 }: { projects?: number; workflows?: number }) {
			const already = world.projects.size + world.workflows.size;
			for (let index = 0; index < projects; index++) world.addProject(`extra ${already + index}`);
			for (let index = 0; index < workflows; index++) world.addWorkflow(projectSlugs.first, `Extra workflow ${already + index}`);
		},
	};
}
