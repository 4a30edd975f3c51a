/**
 * What `npm run test:n8n` can be asked to do. Plain JavaScript without dependencies, as it is read before anything is
 * installed. The types are in matrix.arguments.d.mts.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { newest, releases } = JSON.parse(readFileSync(new URL('install/releases.json', import.meta.url), 'utf8'));
const versions = releases.map(({ version }) => version);

const BINARY_MODES = ['filesystem', 'default', 'database'];
/** What n8n 2 and n8n 1 do by themselves. */
const USUAL_BINARY_MODES = ['filesystem', 'default'];

export const USAGE = `npm run test:n8n [-- options]

Installs n8n, packs this package and installs it as users do, and runs every scenario and every
example workflow in a real n8n process, against a double of the Pixxel API on this machine.

  --n8n <version>        ${versions.join(', ')} (default ${newest}); may be given several times
  --all                  all of them
  --binary-mode <mode>   where n8n keeps files: ${BINARY_MODES.join(', ')} ("default" is memory);
                         may be given several times (default: ${USUAL_BINARY_MODES.join(' and ')})
  --only <text>          only scenarios with this text in their name
  --help                 this text
`;

const OPTIONS = {
	help: { type: 'boolean' },
	all: { type: 'boolean' },
	n8n: { type: 'string', multiple: true },
	'binary-mode': { type: 'string', multiple: true },
	only: { type: 'string' },
};

function known(option, values, all) {
	const unknown = values.find((value) => !all.includes(value));
	if (unknown !== undefined) throw new Error(`${option} can be ${all.join(', ')}, not "${unknown}".`);
	return [...new Set(values)];
}

/** Reads what was asked. Throws an error that names whatever is wrong. */
export function readMatrixArguments(argv) {
	const { values } = parseArgs({ args: [...argv], options: OPTIONS });
	return {
		help: values.help === true,
		versions: values.all ? versions : known('--n8n', values.n8n ?? [newest], versions),
		binaryModes: known('--binary-mode', values['binary-mode'] ?? USUAL_BINARY_MODES, BINARY_MODES),
		only: values.only?.trim().toLowerCase() ?? '',
	};
}

/** What can be said before anything is installed: the usage, or what is wrong. Nothing when all is well. */
export function answerBeforehand(argv) {
	try {
		return readMatrixArguments(argv).help ? { text: USAGE, exitCode: 0 } : undefined;
	} catch (error) {
		return { text: `${error.message}\nnpm run test:n8n -- --help says what there is.`, exitCode: 2 };
	}
}
