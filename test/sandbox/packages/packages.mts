import { readFileSync } from 'node:fs';
import { Uses } from '../control/uses.mts';
import type { PackageSettings, PackageSettingsChange, StorageFault } from '../types.mts';
import { archiveContent } from './archive/archiveContent.mts';
import { bytesContent, type Content, syntheticContent } from './content.mts';
import type { PackageKind } from './kinds.mts';
import { now } from '../clock.mts';

/** How much made-up bytes grow when they are replaced by others, and how far they shrink. */
const replacementGrowth = 4321;
const replacementShrinkage = 100;
/** Settings under this name hold for every package. */
const everyPackage = '*';

/**
 * Everything made so far, with its digests. It outlives resets: the same name always means the same bytes, and making them takes
 * longer than most tests.
 */
const contents = new Map<string, Promise<Content>>();
/** About half a megabyte each. */
const mostContents = 200;

/** What can be downloaded by one name. */
export class Package {
	readonly faults = new Uses<StorageFault>();
	/** Received for it. */
	puts = 0;
	/** When packaging began; undefined: nobody has asked for it. */
	startedMs: number | undefined;
	modifiedMs = Date.UTC(2025, 4, 1);
	/** How often another package has taken its place. */
	private replacements = { larger: 0, sameSize: 0, smaller: 0 };

	constructor(
		private readonly id: string,
		private readonly all: Map<string, PackageSettings>,
		private readonly kindOf: (id: string) => PackageKind,
	) {}

	get settings(): PackageSettings {
		return { ...this.all.get(everyPackage), ...this.all.get(this.id) };
	}

	get fileName(): string {
		return this.settings.fileName ?? `sandbox-${this.id}.zip`;
	}

	/** From now on the package is another one. */
	replace(by: 'larger' | 'sameSize' | 'smaller'): void {
		this.replacements[by] += 1;
		this.modifiedMs = now();
	}

	/** The bytes as they are now; made once for each version. */
	async content(): Promise<Content> {
		const { size, archive, versions } = this.settings;
		const { larger, sameSize, smaller } = this.replacements;
		const path = versions?.at(Math.min(larger + sameSize + smaller, versions.length - 1));
		if (path !== undefined) return bytesContent(readFileSync(path));
		const name = [this.id, size ?? JSON.stringify(archive ?? this.kind), larger, sameSize, smaller].join('/');
		const made = contents.get(name) ?? this.make();
		contents.set(name, made);
		const [oldest = name] = contents.keys();
		if (contents.size > mostContents) contents.delete(oldest);
		return await made;
	}

	private get kind(): PackageKind {
		const { layout, ...kind } = this.kindOf(this.id);
		return { layout: this.settings.layout ?? layout, ...kind };
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
		return await sceneContent(this.kind, this.id, seed, sameSize, smaller > 0);
	}
}

/** All packages and how they are set up. */
export class Packages {
	private readonly settings: Map<string, PackageSettings>;
	private readonly packages = new Map<string, Package>();

	/** @param kindOf what a package holds unless its settings say otherwise */
	constructor(
		defaults: PackageSettings,
		private readonly kindOf: (id: string) => PackageKind,
	) {
		this.settings = new Map([[everyPackage, defaults]]);
	}

	/** All settings, of whatever packages. */
	get chosen(): PackageSettings[] {
		return [...this.settings.values()];
	}

	/** The package of a task, job, insight, asset or image, by its identifier. Whether there is such a thing is for the caller to know. */
	get(id: string): Package {
		const known = this.packages.get(id) ?? new Package(id, this.settings, this.kindOf);
		this.packages.set(id, known);
		return known;
	}

	/** Changes settings; what is not named stays, null brings the default back. */
	configure(id: string, change: PackageSettingsChange): void {
		const merged = Object.entries({ ...this.settings.get(id), ...change }).filter(([, value]) => value !== null);
		this.settings.set(id, Object.fromEntries(merged) as PackageSettings);
	}
}
