import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PollContext } from 'n8n-core';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { activePolls as pollsOfProcess } from '../../nodes/Pixxel/trigger/activePolls.ts';
import { known } from '../sandbox/client.mts';
import type { NewJob } from '../sandbox/types.mts';
import type { Placed } from './engine.mts';
import { outside } from './outside/outside.mts';
import type { Fields } from './operations.mts';
import { byId, type Sandboxed } from './sandboxed.mts';

/** The workflow that triggers look at where nothing else is said, and the path of its jobs. */
export const { workflowId } = known.demo;
export const jobsPath = `/v0/workflows/${workflowId}/jobs`;

export const idsOf = (jobs: Fields[] | null) => jobs && jobs.map(({ id }) => id);
export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/**
 * The ways in which n8n polls, read from the sources of 2.40.7, and what they do with what a trigger remembers.
 *
 * - `default`: all polls of an activation share it. It is stored when a poll emits something, and at activation. What a poll brings is dropped where the
 *   workflow has been activated anew meanwhile.
 * - `legacy`, and before 2.40: the same, but for that it is not dropped.
 * - `scheduler`: each poll gets a copy of what is stored, and that is stored when it emits something.
 * - `durable`: the same, and that is stored as well when it emits nothing; but not at activation, unless it emits something.
 *
 * The two last ones do not poll anew when n8n starts again.
 */
export const WAYS = ['default', 'legacy', 'scheduler', 'durable'] as const;
export type Way = (typeof WAYS)[number];

/** Milliseconds that n8n's schedulers give a poll, and what it is told elsewhere. */
export const SCHEDULED_BUDGET_MS = 36_000;
const BUDGETS: Record<Way, number | undefined> = { default: 300_000, legacy: undefined, scheduler: SCHEDULED_BUDGET_MS, durable: SCHEDULED_BUDGET_MS };

/** Between two polls, where they do not overlap. */
const INTERVAL_MS = 5_000;

export interface TriggerOptions {
	event?: string;
	workflowId?: unknown;
	aoiId?: unknown;
	outcome?: string;
	credential?: { apiKey?: string; baseUrl?: string };
}

/** What the build that n8n has loaded knows of its triggers. */
const ofProcess = () => (outside.require(join(process.cwd(), 'dist/nodes/Pixxel/trigger/activePolls.js')) as { activePolls: typeof pollsOfProcess }).activePolls;
const copyOf = (data: IDataObject | undefined) => (data && JSON.parse(JSON.stringify(data))) as IDataObject | undefined;



/** Pixxel Trigger in a workflow. Its first poll is that of its activation, as in n8n. */
export class ActiveTrigger {
	/** As n8n has it in memory from its activation on. */
	private activation!: { placed: Placed; isPolled: boolean };
	private readonly id = `workflow-${randomUUID()}`;
	private underWay = 0;

	/** @param stored what n8n has in its database */
	constructor(
		private readonly at: Sandboxed,
		private readonly way: Way,
		private options: TriggerOptions,
		private stored?: IDataObject,
	) {
		this.activate();
	}

	/** The workflow is activated anew, in the same process; `changes` were saved before. */
	activate(changes: TriggerOptions = {}): void {
		this.options = { ...this.options, ...changes };
		this.activation = { placed: this.place(), isPolled: false };
	}

	/** n8n ends and starts again: only what it stores is left. What its schedulers poll, they go on with. */
	restart(changes: TriggerOptions = {}): void {
		for (const trigger of ofProcess().keys()) if (trigger.startsWith(`${this.id}/`)) ofProcess().delete(trigger);
		this.activate(changes);
		this.activation.isPolled = !this.isShared;
	}

	/** Whether all polls of an activation have one memory. */
	private get isShared(): boolean {
		return this.way === 'default' || this.way === 'legacy';
	}

	private place(): Placed {
		const { credential, workflowId, ...parameters } = this.options;
		const id = typeof workflowId === 'string' ? byId(workflowId) : workflowId;
		return this.at.engine.place(
			'pixxelTrigger',
			{ parameters: { ...parameters, workflowId: id } as never, credential, workflowId: this.id },
			copyOf(this.stored),
		);
	}

	/** What n8n stores of it. */
	get remembered(): IDataObject {
		return copyOf(this.stored) ?? {};
	}

	/** One poll, some time after the last one unless that is under way. Answers what the next node gets; null: nothing, so that nothing runs. */
	async poll(): Promise<IDataObject[] | null> {
		const { output, store } = await this.begin(this.underWay === 0 ? INTERVAL_MS : 0);
		return store() ? output : null;
	}

	/**
	 * One poll, in n8n's own context, of which n8n has done nothing yet.
	 *
	 * @returns what it brings; and what n8n does then, which says whether it takes that
	 */
	async begin(afterMs = 0): Promise<{ output: IDataObject[] | null; store: () => boolean }> {
		this.underWay++;
		if (afterMs > 0) await this.at.clock.passBy(afterMs);
		const { activation } = this;
		const isFirst = !activation.isPolled;
		activation.isPolled = true;
		const placed = isFirst || this.isShared ? activation.placed : this.place();
		const before = JSON.stringify(placed.workflow.staticData);
		try {
			const output = await this.run(placed, 'trigger', isFirst ? BUDGETS.default : BUDGETS[this.way]);
			const store = () => {
				const isTaken = this.way !== 'default' || activation === this.activation;
				const isStored = output ? isTaken : this.way === 'durable' ? !isFirst : isFirst;
				// What has not changed is not stored over what others have changed.
				if (isStored && JSON.stringify(placed.workflow.staticData) !== before) this.stored = copyOf(placed.workflow.staticData);
				return isTaken;
			};
			return { output, store };
		} catch (error) {
			// n8n does not activate a workflow whose first poll throws, and tries again.
			if (isFirst) this.activate();
			throw error;
		} finally {
			this.underWay--;
		}
	}

	/** A run by hand. */
	async runByHand(): Promise<IDataObject[] | null> {
		return await this.run(this.place(), 'manual', BUDGETS.default);
	}

	private async run({ type, workflow, node, additionalData }: Placed, mode: 'trigger' | 'manual', budget: number | undefined): Promise<IDataObject[] | null> {
		const context = new PollContext(workflow, node, additionalData, mode, 'activate');
		if (budget !== undefined) Object.assign(context, { getPollBudgetMs: () => budget });
		const output: INodeExecutionData[][] | null | undefined = await type.poll?.call(context);
		if (output === undefined) throw new Error('Pixxel Trigger does not poll');
		return output && (output[0] ?? []).map(({ json }) => json);
	}
}

/** Triggers in the sandbox, and jobs for them. */
export function triggersIn(at: Sandboxed, way: Way = 'default') {
	const fresh = (options: TriggerOptions = {}, staticData?: IDataObject) =>
		new ActiveTrigger(at, way, { workflowId, outcome: 'any', ...options }, staticData);
	return {
		fresh,
		/** One that has been active for a while. */
		active: async (options: TriggerOptions = {}): Promise<ActiveTrigger> => {
			const trigger = fresh(options);
			for (let poll = 0; poll < 2; poll++) expect(await trigger.poll()).toBeNull();
			await at.sandbox.forgetRequests();
			return trigger;
		},
		make: async (job: Partial<NewJob> = {}) => (await at.sandbox.makeJob({ workflowId, ...job })).id,
	};
}
