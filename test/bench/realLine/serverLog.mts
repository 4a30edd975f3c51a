import { min } from 'simple-statistics';
import { markdown } from '../markdown.mts';

const MIB = 1024 * 1024;

/** What nginx writes down of each request, once it has ended. */
export const LOG_FORMAT = '$uri $msec $request_time $connection $status $body_bytes_sent $tcpinfo_rtt "$http_range"';

/** One request, as the server saw it. */
interface Served {
	/** Seconds since 1970. It ends when the last byte is in the kernel's hands, which is somewhat earlier than at the client. */
	startedAt: number;
	endedAt: number;
	connection: string;
	status: string;
	/** Bytes, headers aside. */
	sent: number;
	/** As the kernel has measured it. */
	roundTripMs: number;
	/** `bytes 0-99`; empty: all of it. */
	range: string;
}

function parse(line: string): Served & { uri: string } {
	const [, uri = '', msec, took, connection = '', status = '', sent, roundTrip, range = ''] =
		/^(\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) "(.*)"$/.exec(line) ?? [];
	const endedAt = Number(msec);
	return {
		...{ uri, connection, status, endedAt, startedAt: endedAt - Number(took) },
		...{ sent: Number(sent), roundTripMs: Number(roundTrip) / 1_000, range: range === '-' ? '' : range.replace('=', ' ') },
	};
}

/** Where a range begins and ends, in MiB. */
function inMebibytes(range: string): string {
	const [from, last] = (range.replace('bytes ', '') || '0-').split('-');
	const mebibytes = (text: string | undefined) => (text ? (Number(text) / MIB).toFixed(1) : '');
	return `${mebibytes(from)}–${mebibytes(last)}`;
}

/**
 * Who got which range when: what shows that everything waits for one connection, or that the last one is slow.
 *
 * @param log lines that nginx wrote
 * @param path of the package
 */
export function requestsTable(log: string, path: string): string {
	const served = log.trimEnd().split('\n').map(parse).filter(({ uri }) => uri === path);
	const start = served.length > 0 ? min(served.map(({ startedAt }) => startedAt)) : 0;
	const rows = served
		.sort((one, other) => one.startedAt - other.startedAt)
		.map(({ startedAt, endedAt, connection, status, sent, roundTripMs, range }) => [
			`${connection}`,
			(startedAt - start).toFixed(2),
			(endedAt - start).toFixed(2),
			status,
			inMebibytes(range),
			(sent / MIB).toFixed(1),
			(sent / 1e6 / Math.max(0.001, endedAt - startedAt)).toFixed(2),
			roundTripMs.toFixed(0),
		]);
	return markdown([['Connection', 'From (s)', 'To (s)', 'Status', 'Asked for (MiB)', 'Sent (MiB)', 'MB/s', 'Round trip (ms)'], ...rows]);
}
