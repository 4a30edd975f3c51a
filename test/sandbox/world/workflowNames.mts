import { demoWorkflowName, quietWorkflowName, secondProjectWorkflowName } from './wellKnown.mts';

const themes = [
	'Tailings pond monitoring',
	'Acid drainage watch',
	'Haul road dust',
	'Waste dump slope stability',
	'Iron oxide mapping',
	'Clay alteration mapping',
	'Rehabilitation progress',
	'Water body turbidity',
];
const sites = ['east basin', 'west basin', 'pit one', 'pit two', 'north lease', 'south lease', 'river corridor', 'plant site'];

/**
 * Names of the workflows of the first project: more than the API's default page, so that paging matters. The first eight are
 * the main ones, with several jobs each.
 */
export const firstProjectWorkflows: string[] = [
	demoWorkflowName,
	'Acid drainage watch',
	'Haul road dust',
	'Iron oxide mapping',
	'Rehabilitation progress',
	'Water body turbidity',
	'Élan vital: pâturage & prairie',
	'Stockpile volume change',
	quietWorkflowName,
	...themes.flatMap((theme) => sites.map((site) => `${theme}, ${site}`)),
];

export const secondProjectWorkflows: string[] = [
	secondProjectWorkflowName,
	'Crop health south fields',
	'Nitrogen status winter wheat',
	'Irrigation check centre pivots',
	'Orchard vigour',
	'Weed pressure sugar beet',
];
