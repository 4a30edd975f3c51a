import { type Result, SHARED_BYTES_PER_SECOND, type Situation } from './situations.mts';

const MB = 1e6;

/** What this node is to reach, and what it did reach. */
export interface Target {
	text: string;
	reached: string;
	isMet: boolean;
}

/** Holds the results against the targets, as far as both sides of a comparison were measured. */
export function judge(results: Result[]): Target[] {
	const of = (situation: Situation, contender: Result['contender']) =>
		results.find((result) => result.situation === situation && result.contender === contender);
	const targets: Target[] = [];
	const between = (text: string, got: number, least: number, most: number, unit = '') => {
		targets.push({ text, reached: `${got.toFixed(unit ? 0 : 2)}${unit}`, isMet: got >= least && got <= most });
	};
	const compare = (text: string, got: number, most: number, unit?: string) => between(text, got, -Infinity, most, unit);
	const atLeast = (text: string, got: number, least: number, unit?: string) => between(text, got, least, Infinity, unit);

	const [near, nearTheirs] = [of('loopback', 'pixxel'), of('loopback', 'httpRequest')];
	if (near && nearTheirs) {
		compare("Loopback: the HTTP Request node's time or less", near.seconds / nearTheirs.seconds, 1);
		compare('Loopback: at most 1.1 times its processor time', near.cpuSeconds / nearTheirs.cpuSeconds, 1.1);
	}
	for (const situation of ['far30', 'far100'] as const) {
		const [far, aria2c] = [of(situation, 'pixxel'), of(situation, 'aria2c4')];
		if (far && aria2c) compare(`${far.title}: aria2c -x4's time or less`, far.seconds / aria2c.seconds, 1);
	}
	const [far200, stream200] = [of('far200', 'pixxel'), of('far200', 'httpRequest')];
	if (far200 && stream200) atLeast(`${far200.title}: 1.8 times the speed of one stream`, stream200.seconds / far200.seconds, 1.8);
	const [far400, stream400] = [of('far400', 'pixxel'), of('far400', 'httpRequest')];
	if (far400 && stream400) compare(`${far400.title}: at most 1.05 times the time of one stream`, far400.seconds / stream400.seconds, 1.05);
	const shared = of('shared', 'pixxel');
	if (shared) atLeast(`${shared.title}: 0.9 of that line`, shared.bytes / shared.seconds / SHARED_BYTES_PER_SECOND, 0.9);
	const all = of('allFiles', 'pixxel');
	if (all) atLeast('All files of a package: 100 MB/s of output or better', all.bytes / all.seconds / MB, 100, ' MB/s');
	for (const situation of ['allFiles30', 'allFiles100'] as const) {
		const [files, zip] = [of(situation, 'pixxel'), of(situation, 'asOneFile')];
		if (files && zip) compare(`${files.title}: at most 1.05 times the time of the ZIP as it is`, files.seconds / zip.seconds, 1.05);
	}
	const many = of('items', 'pixxel');
	if (many?.idealSeconds) compare('Many items: within 1.5 times of the ideal', many.seconds / many.idealSeconds, 1.5);

	const ours = results.filter(({ contender, situation }) => (contender === 'pixxel' || contender === 'asOneFile') && situation !== 'items');
	const growth = (result: Result | undefined) => (result?.memoryGrowthBytes ?? 0) / MB;
	const theirs = (title: string) => results.find((each) => each.title === title && each.contender === 'httpRequest');
	if (ours.length > 0) {
		compare('Memory: grows by less than 160 MB', Math.max(...ours.map(growth)), 160, ' MB');
		const above = ours.flatMap((result) => {
			const beside = theirs(result.title);
			return beside === undefined ? [] : growth(result) - growth(beside);
		});
		if (above.length > 0) compare('Memory: less than 64 MB above the HTTP Request node', Math.max(...above), 64, ' MB');
	}
	return targets;
}
