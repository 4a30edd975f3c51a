/** What a package holds: a made-up scene, a block's outputs as blocks write them, or images with what belongs to each. */
export interface PackageKind {
	layout: 'scene' | 'outputs' | 'images';
	/** Their names, for `images`. */
	images: string[];
}
