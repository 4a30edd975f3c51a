import { DOWNLOAD_NODE } from './demo.mts';
import { type Fingerprint, fingerprint } from '../scenarios/packages.mts';
import { type Execution, type N8nClient, outputOf } from '../instance/n8nClient.mts';
import type { Report } from '../process/runCommand.mts';
import { PackageListing } from './packageListing.mts';

const bytes = (count: number) => `${count.toLocaleString('en-US')} bytes`;

/** Why an execution did not succeed, in the words the editor shows. */
function explainFailure(execution: Execution): string[] {
	const error = execution.runData[DOWNLOAD_NODE]?.at(-1)?.error ?? execution.error;
	return [
		`The workflow ended in the state "${execution.status}".`,
		...(error ? [`  ${error.message}`] : []),
		...(error?.description ? [`  ${error.description}`] : []),
	];
}

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
	if (execution.status !== 'success' || !item) {
		for (const line of explainFailure(execution)) say(line);
		return false;
	}

	say('What came out of the node:');
	say('');
	for (const line of JSON.stringify(item.json, null, 2).split('\n')) say(`  ${line}`);
	const file = item.binary?.data;
	if (!file?.id) {
		say('');
		say('✘ There is no file in the item.');
		return false;
	}

	const listing = new PackageListing();
	const { body } = await client.downloadBinary(file.id);
	const arrived = await fingerprint(listing.watch((body ?? []) as AsyncIterable<Uint8Array> | never[]));
	const original = await served?.();
	say('');
	say(`  File         ${file.fileName ?? '(no name)'}`);
	say(`  Type         ${file.mimeType}`);
	say(`  Size         ${bytes(arrived.size)}`);
	if (original) say(`      served   ${bytes(original.size)}`);
	say(`  SHA-256      ${arrived.sha256}`);
	if (original) say(`      served   ${original.sha256}`);
	for (const [index, line] of listing.lines.entries()) say(`  ${index === 0 ? 'In it     ' : '          '}   ${line}`);
	say('');
	if (!original) {
		say('✔ The file arrived. There is nothing to compare its SHA-256 with.');
		return true;
	}

	const same = original.sha256 === arrived.sha256 && original.size === arrived.size;
	say(same ? '✔ They match: the file in n8n is, byte for byte, what the sandbox served.' : '✘ They do NOT match: these are not the bytes that the sandbox served.');
	return same;
}
