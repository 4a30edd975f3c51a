import { interquartileRange, median, min } from 'simple-statistics';

import type { N8nServer } from '../n8n/instance/startN8n.mts';
import { memoryOf, openSockets } from '../n8n/process/procFigures.mts';
import type { SandboxHandle } from '../sandbox/client.mts';

/** One look at n8n. */
export interface Sample {
	minutes: number;
	executions: number;
	rssMib: number;
	/** JavaScript objects, dead ones that were not collected yet included. */
	heapMib: number;
	/** All of n8n's sockets: its own server, and those of the calls that this test makes. */
	sockets: number;
	/** Connections to the API and to storage. */
	connections: number;
}

const MIB = 1024 * 1024;

/** Looks at n8n from outside: /proc, its metrics, and the other end of its connections. */
export async function look(n8n: N8nServer, sandbox: SandboxHandle, startedAt: number, executions: number): Promise<Sample> {
	const metrics = await (await fetch(`${n8n.url}/metrics`)).text();
	return {
		minutes: (Date.now() - startedAt) / 60_000,
		executions,
		rssMib: memoryOf(n8n.pid, 'VmRSS') / MIB,
		heapMib: Number(/^\w*nodejs_heap_size_used_bytes (\S+)/m.exec(metrics)?.[1]) / MIB,
		sockets: openSockets(n8n.pid),
		connections: (await sandbox.state()).openSockets,
	};
}

export const TABLE_HEAD = '| minutes | executions | RSS (MiB) | heap (MiB) | sockets of n8n | connections to the API and storage |\n|---|---|---|---|---|---|';

export function tableRow({ minutes, executions, rssMib, heapMib, sockets, connections }: Sample): string {
	return `| ${minutes.toFixed(1)} | ${executions} | ${rssMib.toFixed(0)} | ${heapMib.toFixed(0)} | ${sockets} | ${connections} |`;
}

/** The samples of one fifth of the time, counted from 0. */
function fifth(samples: Sample[], which: number): Sample[] {
	return samples.slice(Math.floor((which * samples.length) / 5), Math.floor(((which + 1) * samples.length) / 5));
}

/** A tenth more is less than what n8n's memory goes up and down by in a minute. */
const NOISE_SHARE = 0.1;

/**
 * How memory went, and whether it is steady. The first fifth is warm-up: n8n loads what it needs, and the heap finds its size.
 * Growth is what the last fifth has more than the second: in the median of the memory, which a single large file does not move,
 * and in the smallest heap, which is what is left right after a collection. Noise is what the second fifth itself went up and
 * down by (the middle half of its samples), and at least a tenth.
 */
export function judgeMemory(samples: Sample[]): [isSteady: boolean, words: string] {
	const [early, late] = [fifth(samples, 1), fifth(samples, 4)];
	if (early.length === 0 || late.length === 0) return [false, 'memory: too few samples to judge it by'];
	const rss = (of: Sample[]) => of.map(({ rssMib }) => rssMib);
	const smallestHeap = (of: Sample[]) => min(of.map(({ heapMib }) => heapMib));
	const [rssEarly, rssLate, heapEarly, heapLate] = [median(rss(early)), median(rss(late)), smallestHeap(early), smallestHeap(late)];
	const noise = Math.max(interquartileRange(rss(early)), NOISE_SHARE * rssEarly);
	return [
		rssLate <= rssEarly + noise && heapLate <= heapEarly * (1 + NOISE_SHARE),
		`memory: median ${rssEarly.toFixed(0)} MiB in the second fifth, ${rssLate.toFixed(0)} MiB in the last (noise ${noise.toFixed(0)} MiB); ` +
			`smallest heap ${heapEarly.toFixed(0)} MiB, then ${heapLate.toFixed(0)} MiB`,
	];
}
