/** What Linux says of a process. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Bytes of memory: what it has now (VmRSS), or the most it ever had (VmHWM). */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
	const kibibytes = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return Number(kibibytes ?? NaN) * 1024;
}

export function openSockets(pid: number): number {
	const isSocket = (fd: string) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
		} catch {
			// Closed between the two looks.
			return false;
		}
	};
	return readdirSync(`/proc/${pid}/fd`).filter(isSocket).length;
}
