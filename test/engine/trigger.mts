import { PollContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import { known } from '../sandbox/client.mts';
import type { NewJob } from '../sandbox/types.mts';
import type { Engine, Placed } from './engine.mts';
import type { Fields } from './operations.mts';
import { byId, type Sandboxed } from './sandboxed.mts';

/** The workflow that triggers look at where nothing else is said, and the path of its jobs. */
export const { workflowId } = known.demo;
export const jobsPath = `/v0/workflows/${workflowId}/jobs`;

export const idsOf = (jobs: Fields[] | null) => jobs && jobs.map(({ id }) => id);
export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export interface TriggerOptions {
	workflowId?: unknown;
	outcome?: string;
	credential?: { apiKey?: string; baseUrl?: string };
}

/** Pixxel Trigger in an active workflow. */
export class ActiveTrigger {
	private placed: Placed;

	constructor(
		private readonly engine: Engine,
		private options: TriggerOptions,
		staticData?: IDataObject,
	) {
		this.placed = this.place(staticData);
	}

	private place(staticData?: IDataObject): Placed {
		const { credential, workflowId, ...parameters } = this.options;
		const id = typeof workflowId === 'string' ? byId(workflowId) : workflowId;
		return this.engine.place(
			'pixxelTrigger',
			{ parameters: { ...parameters, workflowId: id } as never, credential },
			staticData,
		);
	}

	/** What n8n would store of it. */
	get remembered(): IDataObject {
		return JSON.parse(JSON.stringify(this.placed.workflow.staticData)) as IDataObject;
	}

	/** n8n ends and starts again: only what it stores is left; `changes` were saved in between. */
	restart(changes: TriggerOptions = {}): void {
		const kept = this.remembered;
		this.options = { ...this.options, ...changes };
		this.placed = this.place(kept);
	}

	/** One poll, in n8n's own context. Answers what the next node gets; null: nothing, so that nothing runs. */
	async poll(mode: 'trigger' | 'manual' = 'trigger'): Promise<IDataObject[] | null> {
		const { type, workflow, node, additionalData } = this.placed;
		const context = new PollContext(workflow, node, additionalData, mode, 'activate');
		const output = await type.poll?.call(context);
		if (output === undefined) throw new Error('Pixxel Trigger does not poll');
		return output && (output[0] ?? []).map(({ json }) => json);
	}
}

/** Triggers in the sandbox, and jobs for them. */
export function triggersIn(at: Sandboxed) {
	const fresh = (options: TriggerOptions = {}, staticData?: IDataObject) =>
		new ActiveTrigger(at.engine, { workflowId, ...options }, staticData);
	return {
		fresh,
		/** One that has been active for a while. */
		active: async (options: TriggerOptions = {}): Promise<ActiveTrigger> => {
			const trigger = fresh(options);
			expect(await trigger.poll()).toBeNull();
			return trigger;
		},
		make: async (job: Partial<NewJob> = {}) => (await at.sandbox.makeJob({ workflowId, ...job })).id,
	};
}
