import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message of a chat, as OpenAI's chat completions have it. */
export interface ChatMessage {
	role: string;
	content?: unknown;
	tool_call_id?: string;
}

/** What the model was asked. */
export interface ChatRequest {
	messages: ChatMessage[];
	tools?: Array<{ function: { name: string; description?: string; parameters?: { properties?: Record<string, unknown> } } }>;
	stream?: boolean;
}

/** What the model answers: that a tool be called, or a text. */
export type ChatAnswer = { tool: string; arguments: Record<string, unknown> } | { text: string };

/**
 * Stands in for a language model behind OpenAI's chat completions, so that an agent can be tested without an account: what
 * it answers is decided by `think`, which sees what a model would see. The agent and its tools are real.
 */
export interface ChatModel {
	/** To be used as the base URL of OpenAI. */
	url: string;
	requests: ChatRequest[];
	think: (request: ChatRequest) => ChatAnswer;
	stop(): Promise<void>;
}

/** The results of the tools that were called so far, oldest first, as the model sees them. */
export function toolResults({ messages }: ChatRequest): string[] {
	return messages
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
}

async function readBody(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	return text;
}

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function completion(answer: ChatAnswer, count: number) {
	const message =
		'text' in answer
			? { role: 'assistant', content: answer.text }
			: {
					role: 'assistant',
					content: null,
					tool_calls: [
						{
							id: `call_${count}`,
							type: 'function',
							function: { name: answer.tool, arguments: JSON.stringify(answer.arguments) },
						},
					],
				};
	const choice = { index: 0, finish_reason: 'text' in answer ? 'stop' : 'tool_calls', logprobs: null };
	const head = { id: `chat_${count}`, created: Math.floor(Date.now() / 1000), model: 'stand-in' };
	return { head, choice, message };
}

function send(response: ServerResponse, answer: ChatAnswer, count: number, stream: boolean): void {
	const { head, choice, message } = completion(answer, count);
	if (!stream) {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ ...head, object: 'chat.completion', choices: [{ ...choice, message }], usage }));
		return;
	}
	const delta =
		'tool_calls' in message ? { ...message, tool_calls: message.tool_calls?.map((call, index) => ({ index, ...call })) } : message;
	const event = (choices: unknown[], more = {}) =>
		`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
	response.setHeader('content-type', 'text/event-stream');
	response.write(event([{ ...choice, finish_reason: null, delta }]));
	response.write(event([{ ...choice, delta: {} }]));
	response.end(`${event([], { usage })}data: [DONE]\n\n`);
}

export async function startChatModel(): Promise<ChatModel> {
	const model = {
		requests: [] as ChatRequest[],
		think: (): ChatAnswer => ({ text: 'Nobody told me what to say.' }),
	} as Omit<ChatModel, 'url' | 'stop'>;
	const server = createServer((request, response) => {
		const answer = async () => {
			const body = await readBody(request);
			if (!request.url?.endsWith('/chat/completions')) {
				response.statusCode = 404;
				response.end('{}');
				return;
			}
			const asked = JSON.parse(body) as ChatRequest;
			model.requests.push(asked);
			send(response, model.think(asked), model.requests.length, asked.stream === true);
		};
		answer().catch((error: unknown) => {
			response.statusCode = 500;
			response.end(JSON.stringify({ error: { message: error instanceof Error ? error.message : String(error) } }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const stop = async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	};
	return Object.assign(model, { url: `http://127.0.0.1:${port}/v1`, stop });
}
