import type { Log } from './log.mts';
import { Traffic } from './line/traffic.mts';
import { Packages } from './packages/packages.mts';
import { Recorder } from './control/recorder.mts';
import { Scripts } from './control/scripts.mts';
import { UrlSigner } from './storage/signedUrl.mts';
import type { Behaviour, JobPlan } from './types.mts';
import type { World } from './world/world.mts';
import { createWorld } from './world/world.mts';

export interface SandboxSetup {
	readyAfterMs: number;
	jobTakesMs: number;
	log: Log;
}

/** Everything the sandbox remembers. `reset` brings it back to how it was at the start. */
export class Sandbox {
	readonly setup: SandboxSetup;
	readonly scripts = new Scripts();
	readonly recorder = new Recorder();
	readonly traffic = new Traffic();
	world!: World;
	packages!: Packages;
	signer!: UrlSigner;
	behaviour!: Behaviour;
	/** How the jobs go that are created from now on, by workflow; `*` for all. */
	plans!: Map<string, JobPlan>;
	/** Makes the names of created jobs differ. */
	createdJobs!: number;
	/** Where it listens, e.g. `http://127.0.0.1:4010`; the server fills it in. */
	origin = '';
	/** Another origin with the same storage behind it; the server fills it in. */
	secondOrigin: () => Promise<string> = () => Promise.resolve(this.origin);

	constructor(setup: SandboxSetup) {
		this.setup = setup;
		this.reset();
	}

	reset(): void {
		this.world = createWorld(Date.now());
		this.packages = new Packages({ readyAfterMs: this.setup.readyAfterMs });
		this.signer = new UrlSigner();
		this.behaviour = {};
		this.plans = new Map();
		this.createdJobs = 0;
		this.scripts.clear();
		this.recorder.clear();
	}
}
