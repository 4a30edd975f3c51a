import type { Part, Script, ScriptedAnswer } from '../types.mts';
import { Uses } from './uses.mts';

/** The answers tests have put in place of the normal ones. */
export class Scripts extends Uses<ScriptedAnswer & { isFor: (part: Part, method: string, path: string) => boolean }> {
	/** Throws a SyntaxError for a path that is no regular expression. */
	addScript({ part = 'api', method, path, answers }: Script): void {
		const pattern = path === undefined ? undefined : new RegExp(path);
		const isFor = (...[ofPart, ofMethod, ofPath]: [Part, string, string]) =>
			ofPart === part && (method === undefined || method.toUpperCase() === ofMethod) && (pattern?.test(ofPath) ?? true);
		this.add(answers.map((answer) => ({ ...answer, isFor })));
	}
}
