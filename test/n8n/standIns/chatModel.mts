import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

import { wordsOf } from '../process/shutdown.mts';

/** What the model was asked, as OpenAI's chat completions have it. */
export interface ChatRequest {
	messages: Array<{ role: string; content?: unknown }>;
	tools?: Array<{ function: { name: string; description?: string; parameters?: { properties?: object } } }>;
}

/** What the model answers: that a tool be called, or a text. */
type ChatAnswer = { tool: string; arguments: Record<string, unknown> } | { text: string };

/** The results of the tools that were called so far, oldest first, as the model sees them. */
export function toolResults({ messages }: ChatRequest): string[] {
	return messages
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
}

/** An answer as n8n's agents read it; none of them asks for a stream. */
function completion(answer: ChatAnswer, count: number): object {
	const calls = 'tool' in answer && [
		{ id: `call_${count}`, type: 'function', function: { name: answer.tool, arguments: JSON.stringify(answer.arguments) } },
	];
	const message = 'text' in answer ? { role: 'assistant', content: answer.text } : { role: 'assistant', content: null, tool_calls: calls };
	return {
		id: `chat_${count}`,
		choices: [{ index: 0, finish_reason: calls ? 'tool_calls' : 'stop', message }],
	};
}

/**
 * Stands in for a language model behind OpenAI's chat completions, so that an agent can be tested without an account: what
 * it answers is decided by `think`, which sees what a model would see. The agent and its tools are real.
 */
export async function startChatModel() {
	const model = { requests: [] as ChatRequest[], think: (_request: ChatRequest): ChatAnswer => ({ text: 'Nobody told me what to say.' }) };
	const server = createServer((request, response) => {
		const answer = async () => {
			const asked = (await json(request)) as ChatRequest & { stream?: boolean };
			if (!request.url?.endsWith('/chat/completions') || asked.stream) throw new Error(`not known here: ${request.url}`);
			model.requests.push(asked);
			return completion(model.think(asked), model.requests.length);
		};
		const send = (status: number, body: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		answer().then(
			(body) => send(200, body),
			(error: unknown) => send(500, { error: { message: wordsOf(error) } }),
		);
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;
	const stop = async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	};
	return Object.assign(model, { url: `http://127.0.0.1:${port}/v1`, stop });
}
