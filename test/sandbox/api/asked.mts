import type { Answer } from '../openapi/validate.mts';
import { forbidden, notFound } from '../exchange.mts';
import type { Sandbox } from '../sandbox.mts';
import type { Project } from '../world/world.mts';

/** Says whether a project is open to the holder of a key. */
export type Access = (projectId: string) => boolean;

/** One checked request; defaults are filled in. */
export interface Asked {
	sandbox: Sandbox;
	access: Access;
	/** By their names in the path. */
	ids: Record<string, string>;
	query: Record<string, string>;
	body: Record<string, any>;
	nowMs: number;
}

/** What answers a call: JSON, a picture, or a whole answer where the status is another than the description has first. */
export type Answering = (asked: Asked) => unknown | Buffer | Answer | Promise<unknown>;

export function findProject({ sandbox, access }: Asked, id: string): Project {
	const project = sandbox.world.projects.get(id);
	if (project === undefined) throw notFound('project', id);
	if (!access(id)) throw forbidden(`Authorization token lacks access to project ${id}`);
	return project;
}

const isMidnight = (time: string) => /T00:00(:00(\.0+)?)?(Z|[+-]00:?00)$/.test(time);

/** A date names a whole day, and so does a timestamp of midnight; any other is one moment. */
export const matchesTime = (iso: string, wanted: string | undefined) =>
	wanted === undefined ||
	(wanted.length === 10 || isMidnight(wanted) ? iso.startsWith(wanted.slice(0, 10)) : Date.parse(iso) === Date.parse(wanted));

export const matches = (value: string, wanted: string | undefined) => wanted === undefined || value === wanted;

export const contains = (value: string, wanted = '') => value.toLowerCase().includes(wanted.toLowerCase());

/** By identifier, which says nothing about time: the documentation promises no order. */
export const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/** One page of a list, under the list's name. */
export function pageOf<Thing>(name: string, things: Thing[], asked: { offset?: unknown; limit?: unknown }) {
	const [offset, limit] = [Number(asked.offset), Number(asked.limit)];
	return { [name]: things.slice(offset, offset + limit), pagination: { limit, offset, total: things.length } };
}
