import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import type { N8nInstallation } from '../n8n/install/installN8n.mts';
import { versionOfCommand } from './command.mts';

/** Where and with what something was measured. */
export interface Machine {
	date: string;
	cpu: string;
	cores: number;
	memoryGB: number;
	system: string;
	n8n: string;
	n8nNode: string;
	/** The programs beside n8n, with their versions. */
	others: string[];
}

/** Describes this machine, without a name or an address of it. */
export function describeMachine({ release: { version }, node }: N8nInstallation): Machine {
	return {
		date: new Date().toISOString().slice(0, 10),
		cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
		cores: cpus().length,
		memoryGB: Math.round(totalmem() / 1e9),
		system: `${type()} ${release().split('-')[0]}`,
		n8n: version,
		n8nNode: spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().replace(/^v/, ''),
		others: ['curl', 'aria2c'].flatMap((command) => versionOfCommand(command) ?? []),
	};
}
