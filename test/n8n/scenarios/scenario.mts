import type { Stage } from './stage.mts';

/** One thing that must hold in every n8n. The sandbox is as new before each. Throws where it does not hold. */
export interface Scenario {
	name: string;
	run(stage: Stage): Promise<void>;
}
