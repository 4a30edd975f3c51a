import type { Part, Script, ScriptedAnswer } from '../types.mts';

interface Queue {
	matches: (part: Part, method: string, path: string) => boolean;
	answers: Array<{ answer: ScriptedAnswer; left: number }>;
}

/** The answers tests have put in place of the normal ones. */
export class Scripts {
	private queues: Queue[] = [];

	/** Throws a SyntaxError for a path that is no regular expression. */
	add(script: Script): void {
		const path = script.path === undefined ? undefined : new RegExp(script.path);
		this.queues.push({
			matches: (part, method, given) =>
				part === (script.part ?? 'api') &&
				(script.method === undefined || script.method.toUpperCase() === method) &&
				(path === undefined || path.test(given)),
			answers: script.answers.map((answer) => ({ answer, left: answer.repeat ? Infinity : (answer.times ?? 1) })),
		});
	}

	clear(): void {
		this.queues = [];
	}

	/** The next answer for a request; undefined: answer normally. Older scripts go first. */
	take(part: Part, method: string, path: string): ScriptedAnswer | undefined {
		for (const queue of this.queues) {
			if (!queue.matches(part, method, path)) continue;
			const next = queue.answers[0];
			if (next === undefined) continue;
			next.left -= 1;
			if (next.left <= 0) queue.answers.shift();
			return next.answer;
		}
		return undefined;
	}

	get left(): number {
		return this.queues
			.flatMap((queue) => queue.answers)
			.reduce((sum, { left }) => sum + (left === Infinity ? 1 : left), 0);
	}
}
