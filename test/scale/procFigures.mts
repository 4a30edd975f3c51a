import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What the operating system says of a process, on Linux. */
export interface ProcFigures {
	/** Bytes of memory that are its own at the moment. */
	rssBytes: number;
	/** Open sockets of any kind. */
	sockets: number;
}

const KIB = 1024;

function status(pid: number, field: string): number {
	const line = readFileSync(`/proc/${pid}/status`, 'utf8')
		.split('\n')
		.find((each) => each.startsWith(`${field}:`));
	return Number(line?.match(/\d+/)?.[0] ?? NaN) * KIB;
}

/** The most memory that a process has ever had, in bytes. */
export function peakRssBytes(pid: number): number {
	return status(pid, 'VmHWM');
}

/** Looks at a process through /proc. */
export function procFigures(pid: number): ProcFigures {
	const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			// Closed between the two looks.
			return '';
		}
	});
	return {
		rssBytes: status(pid, 'VmRSS'),
		sockets: links.filter((link) => link.startsWith('socket:')).length,
	};
}
