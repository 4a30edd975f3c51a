import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { childEnvironment } from '../n8n/install/npm.mts';
import { pathOf } from '../n8n/install/programs.mts';
import { startChild } from '../n8n/process/childProcess.mts';
import { lastLines } from '../n8n/process/runCommand.mts';
import { until } from '../n8n/process/until.mts';
import { type Place, SERVER_FOLDERS, type WebServer } from './configurations.mts';
import { SMALL } from './packages.mts';

const HOST = '127.0.0.1';
/** Varnish compiles its configuration first. */
const READY_WITHIN_MS = 60_000;

/** A server that runs: what the tests are told of it. */
export interface Running {
	name: string;
	port: number;
	onlyWhole: boolean;
}

/**
 * Starts a server on a free port. It ends with this process.
 *
 * @param place where it finds what it hands out
 * @param folder of its own; it must not be there yet
 * @throws where it does not hand out the small package, with what it said
 */
export async function startWebServer(server: WebServer, folder: string, place: Pick<Place, 'packages' | 'originPort'>): Promise<Running> {
	const { name, program, onlyWhole = false } = server;
	const port = await getPort({ host: HOST });
	const here: Place = { ...place, port, folder };
	mkdirSync(folder);
	const configuration = join(folder, 'configuration');
	if (server.configuration) writeFileSync(configuration, server.configuration(here));
	const log = join(folder, 'log');
	const output = openSync(log, 'a');
	const child = startChild(pathOf(program, SERVER_FOLDERS) ?? program, server.args(here, configuration), {
		cwd: folder,
		// Where Caddy keeps what it likes to keep.
		env: childEnvironment({ HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }),
		stdio: ['ignore', output, output],
	});
	closeSync(output);
	const handsOut = async () => {
		const answer = await fetch(`http://${HOST}:${port}/${SMALL.name}`).catch(() => undefined);
		return answer?.status === 200 && (await answer.arrayBuffer()).byteLength === SMALL.archive.size;
	};
	const ended = child.exited.then(({ code }) => Promise.reject(new Error(`it ended with ${code}`)));
	try {
		await Promise.race([until('it hands out a package', handsOut, READY_WITHIN_MS), ended]);
	} catch (error) {
		throw new Error(`${name} did not start: ${(error as Error).message}.\n\n${lastLines(readFileSync(log, 'utf8'))}`, { cause: error });
	}
	return { name, port, onlyWhole };
}
