import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { projectRoot } from '../../n8n/install/projectRoot.mts';
import { type Child, startChild } from '../../n8n/process/childProcess.mts';
import { runCommand } from '../../n8n/process/runCommand.mts';
import { killAtExit } from '../../n8n/process/shutdown.mts';
import { until } from '../../n8n/process/until.mts';
import { nginxArgs, nginxConfiguration, pidFile } from '../../servers/nginx.mts';
import { QUEUE_MS, type RealLine } from './lines.mts';
import { LOG_FORMAT } from './serverLog.mts';

/** Addresses for benchmarks (RFC 2544), which nothing else has. */
const NEAR_ADDRESS = '198.18.0.1';
const FAR_ADDRESS = '198.18.0.2';
const NETWORK = '198.18.0.0/24';
const PORT = 8080;

/** The client's end of the line, and the server's. Two benchmarks at once have two of each. */
const NEAR = `pixxel-near-${process.pid}`;
const FAR = `pixxel-far-${process.pid}`;

/** Runs `ip`, to its end. */
function ip(...words: string[]): void {
	const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
	if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr.trim()}`);
}

const within = (namespace: string) => ['ip', 'netns', 'exec', namespace];

/** Starts what runs in a namespace. It ends with this process. */
function startWithin(namespace: string, command: string[]): Child {
	const [ip = '', ...words] = [...within(namespace), ...command];
	return startChild(ip, words, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Makes a namespace with nothing in it but its own loopback. It is gone with this process. */
function makeNamespace(name: string): void {
	ip('netns', 'add', name);
	killAtExit(() => spawnSync('ip', ['netns', 'del', name]));
	ip('-n', name, 'link', 'set', 'lo', 'up');
}

function setUp(namespace: string, device: string, address: string): void {
	ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', device);
	// It is the line that has a queue; that of the device is never full.
	ip('-n', namespace, 'link', 'set', device, 'mtu', '1500', 'txqueuelen', '20000', 'up');
	// No connection learns from an earlier one.
	ip('netns', 'exec', namespace, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/tcp_no_metrics_save');
}

/** The two ends of a line, with a server of files at the far one. */
export class LineEnds {
	/** The command that something is started with to run at the client's end. */
	readonly near = within(NEAR);
	/** What the server writes down of each request. */
	readonly log: string;

	private readonly program: string;
	private readonly files: string;
	private line: Child | undefined;

	private constructor(folder: string) {
		this.log = join(folder, 'requests.log');
		this.program = join(folder, 'line');
		this.files = join(folder, 'files');
	}

	/** @param folder an empty one */
	static async prepare(folder: string): Promise<LineEnds> {
		const ends = new LineEnds(folder);
		const source = join(projectRoot(), 'test', 'bench', 'realLine', 'line.c');
		await runCommand('gcc', ['-O2', '-Wall', '-Wextra', '-pthread', '-o', ends.program, source], { label: 'Compiling the line', cwd: folder });
		for (const namespace of [NEAR, FAR]) makeNamespace(namespace);
		mkdirSync(ends.files);
		const configuration = join(folder, 'nginx.conf');
		const log = `log_format ranges '${LOG_FORMAT}';\n\taccess_log ${ends.log} ranges;`;
		writeFileSync(configuration, nginxConfiguration(`0.0.0.0:${PORT}`, folder, `root ${ends.files};`, log));
		startWithin(FAR, ['nginx', ...nginxArgs(configuration)]);
		await until('nginx listens', async () => existsSync(pidFile(folder)));
		return ends;
	}

	/** Puts a file of so many bytes onto the server, whatever they are. Returns its address. */
	serve(name: string, bytes: number): string {
		const file = join(this.files, name);
		writeFileSync(file, '');
		truncateSync(file, bytes);
		return `http://${FAR_ADDRESS}:${PORT}/${name}`;
	}

	/** Has a line between the ends, in the place of the one that was there. */
	async connect({ roundTripMs, bytesPerSecond, loss, congestion }: RealLine): Promise<void> {
		await this.disconnect();
		const line = [roundTripMs, bytesPerSecond, QUEUE_MS, loss].map(String);
		const ends = [`/run/netns/${NEAR}`, 'near', `/run/netns/${FAR}`, 'far'];
		this.line = startChild(this.program, [...line, ...ends], { stdio: ['ignore', 'pipe', 'inherit'] });
		const ended = this.line.exited.then(() => Promise.reject(new Error('The line did not start: why, it has written to stderr.')));
		await Promise.race([once(this.line.process.stdout as Readable, 'data'), ended]);
		setUp(NEAR, 'near', NEAR_ADDRESS);
		setUp(FAR, 'far', FAR_ADDRESS);
		ip('-n', FAR, 'route', 'replace', NETWORK, 'dev', 'far', 'src', FAR_ADDRESS, 'congctl', congestion, 'initcwnd', '10');
	}

	/** Ends the line. Says what became of its packets. */
	async disconnect(): Promise<string | undefined> {
		if (this.line === undefined) return undefined;
		const { process, stop } = this.line;
		const said: string[] = [];
		process.stdout?.on('data', (text: Buffer) => said.push(text.toString()));
		await stop();
		this.line = undefined;
		return said.join('').trim();
	}
}
