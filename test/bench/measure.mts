/** What a piece of work cost. */
export interface Figures {
	seconds: number;
	/** Of the whole process, all its threads, in user mode and in the kernel. */
	cpuSeconds: number;
	/** Most resident memory at any time, less what there was before; undefined where it cannot be known. */
	memoryGrowthBytes?: number;
	/** Why it went no further, where it did not do all of the work. */
	stoppedBy?: string;
}

const SAMPLE_EVERY_MS = 10;

/** Measures what a piece of work costs this process. */
export async function measure<T>(work: () => Promise<T>): Promise<{ result: T; figures: Figures }> {
	const before = process.memoryUsage.rss();
	let peak = before;
	const sample = () => {
		peak = Math.max(peak, process.memoryUsage.rss());
	};
	const sampling = setInterval(sample, SAMPLE_EVERY_MS);
	const cpuBefore = process.cpuUsage();
	const startedAt = performance.now();
	try {
		const result = await work();
		const seconds = (performance.now() - startedAt) / 1_000;
		const { user, system } = process.cpuUsage(cpuBefore);
		sample();
		return { result, figures: { seconds, cpuSeconds: (user + system) / 1e6, memoryGrowthBytes: peak - before } };
	} finally {
		clearInterval(sampling);
	}
}
