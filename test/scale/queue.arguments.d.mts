/** What `npm run test:queue` was asked to do. */
export interface QueueArguments {
	help: boolean;
	binaryModes: Array<'filesystem' | 'database' | 'default'>;
	/** Only scenarios with this text, in lower case, in their name. Empty: all. */
	only: string;
	slowLocks: boolean;
	memory: boolean;
}

export declare const USAGE: string;
export declare function readQueueArguments(argv: readonly string[]): QueueArguments;
export declare function answerBeforehand(argv: readonly string[]): { text: string; exitCode: number } | undefined;
