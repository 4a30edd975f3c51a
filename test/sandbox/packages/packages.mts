import { complain } from '../log.mts';
import type { Content } from './packageContent.mts';
import { Uses } from '../control/uses.mts';
import { archiveContent } from './archive/archiveContent.mts';
import { fileContent } from './fileContent.mts';
import { syntheticContent } from './syntheticContent.mts';
import type { PackageSettings, PackageSettingsChange, StorageFault } from '../types.mts';

/** How much made-up bytes grow when they are replaced by others, and how far they shrink. */
const replacementGrowth = 4321;
const replacementShrinkage = 100;
const makeAfterMs = 20;
/** Settings under this name hold for every package. */
const everyPackage = '*';

/**
 * Everything made so far, with its digests. It outlives resets: the same name always means the same bytes, and making them takes
 * longer than most tests.
 */
const contents = new Map<string, Promise<Content>>();
/** About half a megabyte each. */
const mostContents = 200;

/** How a package takes another's place. */
type Replacement = 'larger' | 'sameSize' | 'smaller';

/** Where a package stands when a PUT asks for it. */
export type PackagingState = 'pending' | 'ready' | 'failed';

/** The package of one task or job. */
export class Package {
	readonly id: string;
	readonly faults = new Uses<StorageFault>();
	puts = 0;
	/** Requests being answered now. */
	connections = 0;
	/** When packaging began; undefined: nobody has asked for it. */
	private startedMs: number | undefined;
	/** How often another package has taken its place. */
	private replacements = { larger: 0, sameSize: 0, smaller: 0 };
	private modifiedMs: number | undefined;
	private readonly settingsNow: () => PackageSettings;

	constructor(id: string, settingsNow: () => PackageSettings) {
		this.id = id;
		this.settingsNow = settingsNow;
	}

	get settings(): PackageSettings {
		return this.settingsNow();
	}

	get fileName(): string {
		return this.settings.fileName ?? `sandbox-${this.id}.zip`;
	}

	/** Whole seconds, as in HTTP dates. */
	get lastModified(): Date {
		const ms = this.modifiedMs ?? this.startedMs ?? Date.UTC(2025, 4, 1);
		return new Date(Math.floor(ms / 1000) * 1000);
	}

	/** Begins packaging if nobody has yet, and says how far it is: repeating the question changes nothing. */
	request(nowMs: number): PackagingState {
		this.puts += 1;
		if (this.startedMs === undefined) {
			this.startedMs = nowMs;
			// Made ahead, so that the first download does not wait for it; after the answer, so that this does not either.
			setTimeout(() => void this.content().catch((cause: unknown) => complain(String(cause))), makeAfterMs).unref();
		}
		const { neverReady, failStatus, readyAfterMs } = this.settings;
		if (neverReady || nowMs - this.startedMs < (readyAfterMs ?? 0)) return 'pending';
		return failStatus === undefined ? 'ready' : 'failed';
	}

	/** From now on the package is another one. */
	replace(by: Replacement, nowMs: number): void {
		this.replacements[by] += 1;
		this.modifiedMs = nowMs;
	}

	/** The bytes as they are now; made once for each version. */
	async content(): Promise<Content> {
		const { size, archive, versions } = this.settings;
		const { larger, sameSize, smaller } = this.replacements;
		const path = versions?.at(Math.min(larger + sameSize + smaller, versions.length - 1));
		if (path !== undefined) return fileContent(path);
		const name = [this.id, size ?? (archive === undefined ? 'zip' : JSON.stringify(archive)), larger, sameSize, smaller].join('/');
		const existing = contents.get(name);
		if (existing !== undefined) return await existing;
		const made = this.make();
		contents.set(name, made);
		for (const oldest of contents.keys()) {
			if (contents.size <= mostContents) break;
			contents.delete(oldest);
		}
		return await made;
	}

	private async make(): Promise<Content> {
		const { size, archive } = this.settings;
		const { larger, sameSize, smaller } = this.replacements;
		const seed = `${this.id}/${larger}/${smaller}`;
		const sized = (bytes: number) => Math.floor(bytes / replacementShrinkage ** smaller) + larger * replacementGrowth;
		if (size !== undefined) return syntheticContent(`${seed}/${sameSize}`, sized(size));
		if (archive !== undefined) {
			const files = archive.files.map((file) => ({ ...file, size: file.size > 0 ? sized(file.size) : 0 }));
			return archiveContent({ ...archive, files }, `${seed}/${sameSize}`);
		}
		// Loaded when first needed: the GeoTIFF writer is most of the start-up time.
		const { sceneContent } = await import('./scene/sceneContent.mts');
		return await sceneContent(this.id, seed, { edition: sameSize, small: smaller > 0 });
	}
}

/** All packages and how they are set up. */
export class Packages {
	private readonly defaults: PackageSettings;
	private readonly settings = new Map<string, PackageSettings>();
	private readonly packages = new Map<string, Package>();

	constructor(defaults: PackageSettings) {
		this.defaults = defaults;
	}

	/** The package of a task or job, by its identifier. Whether such a task exists is for the caller to know. */
	get(id: string): Package {
		const existing = this.packages.get(id);
		if (existing !== undefined) return existing;
		const settingsNow = () => ({ ...this.defaults, ...this.settings.get(everyPackage), ...this.settings.get(id) });
		const made = new Package(id, settingsNow);
		this.packages.set(id, made);
		return made;
	}

	/** Changes settings; what is not named stays, null brings the default back. */
	configure(id: string, change: PackageSettingsChange): PackageSettings {
		const merged = Object.entries({ ...this.settings.get(id), ...change }).filter(([, value]) => value !== null);
		this.settings.set(id, Object.fromEntries(merged) as PackageSettings);
		return this.get(id).settings;
	}
}
