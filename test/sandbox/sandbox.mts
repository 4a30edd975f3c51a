import { Recorder } from './control/recorder.mts';
import { Uses } from './control/uses.mts';
import { Traffic } from './line/traffic.mts';
import { Packages } from './packages/packages.mts';
import { UrlSigner } from './storage/admission.mts';
import type { Download } from './api/calls/packages.mts';
import type { Behaviour, JobPlan, ScriptedAnswer, ScriptMatch } from './types.mts';
import { World } from './world/world.mts';
import { stopSkipping } from './clock.mts';

/** Everything the sandbox remembers. `reset` brings it back to how it was at the start. */
export class Sandbox {
	readonly scripts = new Uses<ScriptMatch & ScriptedAnswer>();
	readonly recorder = new Recorder();
	readonly traffic = new Traffic();
	world!: World;
	packages!: Packages;
	signer!: UrlSigner;
	behaviour!: Behaviour;
	/** What has been asked for by POST, by identifier. */
	downloads!: Map<string, Download>;
	/** Answers that Pixxel's description does not know; they outlive resets. */
	violations: string[] = [];
	/** How the jobs go that are created from now on, by workflow; `*` for all. */
	plans!: Map<string, JobPlan>;
	/** Where it listens, e.g. `http://127.0.0.1:4010`; the server fills it in. */
	origin = '';
	/** Another origin with the same storage behind it; the server fills it in. */
	secondOrigin = '';

	constructor(private readonly setup: { readyAfterMs: number; jobTakesMs: number }) {
		this.reset();
	}

	reset(): void {
		const { readyAfterMs, jobTakesMs } = this.setup;
		this.recorder.releaseAnswers();
		stopSkipping();
		this.recorder.clear();
		this.scripts.clear();
		this.world = new World();
		this.packages = new Packages({ readyAfterMs }, (id) => this.world.packageKind(id));
		this.downloads = new Map();
		this.signer = new UrlSigner();
		this.behaviour = {};
		this.plans = new Map([['*', { takesMs: jobTakesMs }]]);
	}
}
