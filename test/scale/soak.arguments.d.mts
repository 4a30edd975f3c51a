/** What `npm run soak` was asked to do. */
export interface SoakArguments {
	help: boolean;
	minutes: number;
	/** Infinity: only the time counts. */
	executions: number;
	seed: number;
}

export declare const USAGE: string;
export declare function readSoakArguments(argv: readonly string[]): SoakArguments;
export declare function answerBeforehand(argv: readonly string[]): { text: string; exitCode: number } | undefined;
