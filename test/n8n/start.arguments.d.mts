/** The task whose package the demo downloads. */
export interface TaskIds {
	workflowId: string;
	jobId: string;
	taskId: string;
}

/** How to reach the real Pixxel API. */
export interface RealApi {
	apiKey: string;
	authScheme: 'apiKey' | 'bearer';
	baseUrl: string;
	task: TaskIds;
}

/** What `npm start` was asked to do. */
export interface StartArguments {
	help: boolean;
	/** Stop everything after the run instead of leaving the editor open. */
	once: boolean;
	n8nVersion: string;
	/** Left out: the sandbox. */
	realApi?: RealApi;
}

export declare const USAGE: string;
export declare class UsageError extends Error {}
export declare function readStartArguments(argv: readonly string[], env: NodeJS.ProcessEnv): StartArguments;
export declare function answerBeforehand(
	argv: readonly string[],
	env: NodeJS.ProcessEnv,
): { text: string; exitCode: number } | undefined;
