import { existsSync, readFileSync } from 'node:fs';
import { pathOf, providePrograms } from '../../n8n/install/programs.mts';
import type { Report } from '../../n8n/process/runCommand.mts';
import { wordsOf } from '../../n8n/process/shutdown.mts';
import type { RealLine } from './lines.mts';

const TUN = '/dev/net/tun';
const CONGESTION_CONTROLS = '/proc/sys/net/ipv4/tcp_available_congestion_control';

/** What is needed, and Debian's packages that it comes in. */
const PROGRAMS = { ip: 'iproute2', gcc: 'gcc', nginx: 'nginx' };

/** Outside the PATH of people. */
const FOLDERS = ['/usr/sbin', '/sbin'];

/** Why there can be no real lines on this machine; undefined where there can. Installs the programs where that needs no questions. */
export async function whyNoRealLines(report: Report): Promise<string | undefined> {
	if (process.getuid?.() !== 0) return 'it takes root to make network namespaces';
	if (!existsSync(TUN)) return `there is no ${TUN} here`;
	const missing = () => Object.keys(PROGRAMS).filter((program) => !pathOf(program, FOLDERS));
	try {
		// The headers of the C library are only recommended by its compiler.
		await providePrograms('real lines', missing, [...Object.values(PROGRAMS), 'libc6-dev'], report);
		return undefined;
	} catch (error) {
		return wordsOf(error);
	}
}

/** Why a line cannot be measured here, although others can. */
export function whyNoLine({ congestion }: RealLine): string | undefined {
	return readFileSync(CONGESTION_CONTROLS, 'utf8').split(/\s/).includes(congestion) ? undefined : `this kernel has no ${congestion}`;
}
