import { rmSync } from 'node:fs';

import { installN8n } from '../n8n/install/installN8n.mts';
import { installNode, packNode } from '../n8n/install/packNode.mts';
import { n8nUserFolder } from '../n8n/install/projectRoot.mts';
import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { N8nClient } from '../n8n/instance/n8nClient.mts';
import type { Workflow } from '../n8n/instance/n8nTypes.mts';
import { pixxelCredential } from '../n8n/instance/pixxelCredential.mts';
import { type N8nServer, startN8n } from '../n8n/instance/startN8n.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';
import { until } from '../n8n/process/until.mts';
import { chain, downloadTask, FROM_ITEM, oneItemOf, PIXXEL } from '../n8n/scenarios/workflows.mts';
import { type SandboxHandle, startSandbox } from '../sandbox/client.mts';
import type { Errand } from './mixedWork.mts';
import { webhook } from './queueScenario.mts';

/** What running errands takes. */
export interface SoakStage {
	n8n: N8nServer;
	client: N8nClient;
	sandbox: SandboxHandle;
	/** The ids of the workflows, by their webhooks. */
	ids: Record<Errand['output'] | 'cancelled', string>;
}

const REPORT = 'Report';

/**
 * Webhook → one item for each task → the node, with what it refuses on its second output → the execution's number, which
 * the webhook answers with once all is done.
 */
function soakWorkflow(path: string, pixxel: { id: string; name: string }, output: string): Workflow {
	const workflow = chain(path, [
		webhook(path, 'lastNode'),
		oneItemOf('body.tasks'),
		downloadTask({ pixxel }, FROM_ITEM, { output }, { onError: 'continueErrorOutput' }),
		{
			name: REPORT,
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: '={{ { executionId: $execution.id } }}', options: {} },
			executeOnce: true,
		},
	]);
	workflow.connections[PIXXEL]?.main?.push([{ node: REPORT, type: 'main', index: 0 }]);
	return workflow;
}

/** Brings up n8n, the sandbox and the workflows. */
export async function setUpSoak(say: Report): Promise<SoakStage> {
	const installation = await installN8n(NEWEST_N8N, say);
	const userFolder = n8nUserFolder('soak');
	rmSync(userFolder, { recursive: true, force: true });
	await installNode(userFolder, await packNode(say), say);
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	stopAtEnd(() => sandbox.stop());
	const n8n = await startN8n({ installation, userFolder, binaryDataMode: 'filesystem', env: { N8N_METRICS: 'true' }, report: say });
	const client = await N8nClient.signIn(n8n);
	const pixxel = await client.saveCredential(pixxelCredential(sandbox));
	const publish = async (path: string, output: string) => {
		const { id } = await client.createWorkflow(soakWorkflow(path, pixxel, output));
		await client.activateWorkflow(id);
		return id;
	};
	const ids = {
		file: await publish('file', 'file'),
		cancelled: await publish('cancelled', 'file'),
		packageFiles: await publish('packageFiles', 'packageFiles'),
		packageList: await publish('packageList', 'packageList'),
		signedUrl: await publish('signedUrl', 'signedUrl'),
	};
	// Right after publishing n8n may not know the webhook yet.
	await until('n8n takes calls', async () => (await fetch(`${n8n.url}/webhook/signedUrl`, { method: 'POST' })).status !== 404, 20_000);
	return { n8n, client, sandbox, ids };
}
