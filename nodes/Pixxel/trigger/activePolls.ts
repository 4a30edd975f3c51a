import type { INodeExecutionData } from 'n8n-workflow';
import { clock } from '../retry/clock';
import type { TriggerState } from './TriggerState';

/** What a poll has found. */
export interface Findings {
	items: INodeExecutionData[];
	/** What to remember once n8n has taken the items. */
	state: TriggerState;
	/** What is known whether or not it does. */
	known: TriggerState;
}

/** A poll as n8n has called it, with the memory that it may change. */
interface Turn {
	memory: TriggerState;
}

interface ActivePoll {
	findings: Promise<Findings>;
	/** The one that is to hand them on. */
	heir: Turn;
}

/** The polls of one trigger, as this process knows them. */
interface TriggerPolls {
	/** What they ask for. */
	about: string;
	/** The one that asks Pixxel. */
	active?: ActivePoll;
	/** When one has last brought something. */
	emittedAt?: number;
	/** What is remembered here, beside what n8n keeps. */
	known?: TriggerState;
}

/** n8n stores what is remembered with the execution that it makes of the items. Until then it hands out the memory of before. */
const STORING_MS = 2_000;

/** Of each trigger that this process has polled. */
export const activePolls = new Map<string, TriggerPolls>();

/**
 * Lets one poll of a trigger ask Pixxel at a time. Another one that begins meanwhile waits for it, and brings nothing of its own. It must not return
 * earlier: n8n would take away from both what expressions are evaluated with.
 *
 * Where n8n has given the later poll another memory, the workflow may have been activated anew, so that nobody listens to the first one any more:
 * then the later one hands on what the first has found. A memory changes last, and with what is handed on: a poll that breaks leaves all to the next one.
 *
 * @param trigger tells triggers apart
 * @param about what is asked for: where that has changed meanwhile, the later one asks for itself, and the first brings nothing
 * @param memory what n8n has kept, which it keeps again with what is emitted
 * @param poll asks Pixxel, given what this process knows beyond that memory
 */
export async function pollInTurn(
	trigger: string,
	about: string,
	memory: TriggerState,
	poll: (known: TriggerState | undefined) => Promise<Findings>,
): Promise<INodeExecutionData[]> {
	const last = activePolls.get(trigger);
	const polls: TriggerPolls = last?.about === about ? last : { about, known: last?.known };
	activePolls.set(trigger, polls);
	const turn: Turn = { memory };
	const isHeir = ({ heir }: ActivePoll) => heir === turn && activePolls.get(trigger) === polls;
	const { active, emittedAt = -Infinity } = polls;
	if (active) {
		if (active.heir.memory !== memory) active.heir = turn;
		const findings = await active.findings.catch(() => undefined);
		return findings && isHeir(active) ? handOn(polls, turn, findings) : [];
	}
	if (clock.now() < emittedAt + STORING_MS) return [];

	const own: ActivePoll = { findings: poll(polls.known), heir: turn };
	polls.active = own;
	try {
		const findings = await own.findings;
		return isHeir(own) ? handOn(polls, turn, findings) : [];
	} finally {
		polls.active = undefined;
	}
}

function handOn(polls: TriggerPolls, { memory }: Turn, { items, state, known }: Findings): INodeExecutionData[] {
	Object.assign(memory, state);
	polls.known = known;
	if (items.length > 0) polls.emittedAt = clock.now();
	return items;
}
