import { keys } from '../sandbox/client.mts';
import { type Arena, expectSizes, fetchNode, MEASURED, ourNode, WARM_UP } from './contenders.mts';
import type { Figures } from './measure.mts';
import { type NodeRun, runNodes } from './n8nContender.mts';

/** What n8n offers for archives: it unpacks all that is in one, with its defaults. */
const compressionNode: NodeRun = { nodeName: 'compression', parameters: { operation: 'decompress' }, mayStop: true };

/**
 * Has one contender take files out of the measured package, once. The other one has to fetch all of it and unpack all of it, whatever
 * is wanted; where n8n's Compression node stops, its figures say so.
 */
export async function unpackOnce(
	arena: Arena,
	contender: 'pixxel' | 'compression',
	pattern: string,
	wanted: number[],
): Promise<Figures> {
	const ours = (task: typeof MEASURED): NodeRun => {
		const node = ourNode(arena, task);
		return { ...node, parameters: { ...node.parameters, output: 'packageFiles', files: task === MEASURED ? pattern : '' } };
	};
	const theirs = async ({ taskId }: typeof MEASURED) => [fetchNode([await arena.sandbox.signUrl(taskId)]), compressionNode];
	const isOurs = contender === 'pixxel';
	const warmUp = isOurs ? [ours(WARM_UP)] : await theirs(WARM_UP);
	const chain = isOurs ? [ours(MEASURED)] : await theirs(MEASURED);
	const order = [...warmUp.map((run) => ({ ...run, isWarmUp: true })), ...chain];
	const { sizes, ...figures } = await runNodes(arena.n8n, order, keys.valid);
	if (figures.stoppedBy === undefined) expectSizes(isOurs ? sizes : sizes.filter((size) => wanted.includes(size)), wanted);
	return figures;
}
