import type { Contender } from './contenders.mts';
import type { Result, Situation } from './situations.mts';

const MB = 1e6;

/** What this node is to reach, and what it did reach. */
export interface Target {
	text: string;
	reached: string;
	isMet: boolean;
}

/** Holds the results against the targets, as far as both sides of a comparison were measured. */
export function judge(results: Result[]): Target[] {
	const of = (situation: Situation, contender: Contender) =>
		results.find((result) => result.situation === situation && result.contender === contender);
	const targets: Target[] = [];
	const compare = (text: string, got: number, most: number, unit = '') => {
		targets.push({ text, reached: `${got.toFixed(unit ? 0 : 2)}${unit}`, isMet: got <= most });
	};

	const [near, nearTheirs] = [of('loopback', 'pixxel'), of('loopback', 'httpRequest')];
	if (near && nearTheirs) {
		compare("Loopback: the HTTP Request node's time or less", near.seconds / nearTheirs.seconds, 1);
		compare('Loopback: at most 1.3 times its processor time', near.cpuSeconds / nearTheirs.cpuSeconds, 1.3);
	}
	const [far, farTheirs, aria2c] = [of('far', 'pixxel'), of('far', 'httpRequest'), of('far', 'aria2c')];
	if (far && farTheirs) {
		const speedUp = farTheirs.seconds / far.seconds;
		const text = "Far storage: at least 3.5 times the HTTP Request node's speed";
		targets.push({ text, reached: speedUp.toFixed(2), isMet: speedUp >= 3.5 });
	}
	if (far && aria2c) compare("Far storage: aria2c's time or less", far.seconds / aria2c.seconds, 1);
	const many = of('items', 'pixxel');
	if (many?.idealSeconds) compare('Many items: within 1.5 times of the ideal', many.seconds / many.idealSeconds, 1.5);

	const ours = results.filter(({ contender, situation }) => contender === 'pixxel' && situation !== 'items');
	const growth = (result: Result | undefined) => (result?.memoryGrowthBytes ?? 0) / MB;
	const theirs = (title: string) => results.find((each) => each.title === title && each.contender === 'httpRequest');
	if (ours.length > 0) {
		compare('Memory: grows by less than 160 MB', Math.max(...ours.map(growth)), 160, ' MB');
		const above = ours.map((result) => growth(result) - growth(theirs(result.title)));
		compare('Memory: less than 64 MB above the HTTP Request node', Math.max(...above), 64, ' MB');
	}
	return targets;
}
