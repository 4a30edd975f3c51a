/** What `npm run test:n8n` was asked to do. */
export interface MatrixArguments {
	help: boolean;
	versions: string[];
	binaryModes: Array<'filesystem' | 'default' | 'database'>;
	/** Only scenarios with this text, in lower case, in their name. Empty: all. */
	only: string;
}

export declare const USAGE: string;
export declare function readMatrixArguments(argv: readonly string[]): MatrixArguments;
export declare function answerBeforehand(argv: readonly string[]): { text: string; exitCode: number } | undefined;
