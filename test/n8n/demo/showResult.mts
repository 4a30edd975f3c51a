import { DOWNLOAD_NODE } from './demo.mts';
import { type Fingerprint, fingerprintOfFile } from '../scenarios/packages.mts';
import { type Execution, type N8nClient, outputOf, whatFailed } from '../instance/n8nClient.mts';
import type { Report } from '../process/runCommand.mts';

const bytes = (count: number) => `${count.toLocaleString('en-US')} bytes`;

/**
 * Prints what the workflow brought, read back through n8n, and says whether it is what the other side served. Returns
 * whether everything is right; without `served` there is nothing to compare with, and a file that arrived is right.
 */
export async function showResult(
	client: N8nClient,
	execution: Execution,
	served: (() => Promise<Fingerprint>) | undefined,
	say: Report,
): Promise<boolean> {
	const [item] = outputOf(execution, DOWNLOAD_NODE);
	const file = item?.binary?.data;
	if (execution.status !== 'success' || !file?.id) {
		say(`✘ The workflow ended in the state "${execution.status}". ${whatFailed(execution) ?? 'There is no file in the item.'}`);
		return false;
	}

	say('What came out of the node:');
	say('');
	for (const line of JSON.stringify(item?.json, null, 2).split('\n')) say(`  ${line}`);
	const arrived = await fingerprintOfFile(client, file);
	const original = await served?.();
	say('');
	say(`  File         ${file.fileName ?? '(no name)'}`);
	say(`  Type         ${file.mimeType}`);
	say(`  Size         ${bytes(arrived.size)}`);
	if (original) say(`      served   ${bytes(original.size)}`);
	say(`  SHA-256      ${arrived.sha256}`);
	if (original) say(`      served   ${original.sha256}`);
	say('');
	if (!original) {
		say('✔ The file arrived. There is nothing to compare its SHA-256 with.');
		return true;
	}

	const same = original.sha256 === arrived.sha256 && original.size === arrived.size;
	say(same ? '✔ They match: the file in n8n is, byte for byte, what the sandbox served.' : '✘ They do NOT match: these are not the bytes that the sandbox served.');
	return same;
}
