import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export type ForwardProxy = Awaited<ReturnType<typeof startForwardProxy>>;

/** A proxy for plain HTTP (RFC 9112, 3.2.2), as offices have one. Who asks for a tunnel (HTTPS) is let in, and never hears a word. */
export async function startForwardProxy() {
	/** What it was asked for, oldest first: method, URL, and the Proxy-Authorization header. */
	const asked: Array<{ method?: string; url: string; leave?: string }> = [];
	const waiting = new Set<Duplex>();
	const server = createServer((request, response) => {
		const { method, url = '', headers } = request;
		asked.push({ method, url, leave: headers['proxy-authorization'] });
		const onward = ask(url, { method, headers }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		});
		onward.on('error', () => response.destroy());
		request.pipe(onward);
	});
	server.on('connect', ({ method, url = '', headers }, client) => {
		asked.push({ method, url, leave: headers['proxy-authorization'] });
		waiting.add(client.on('error', () => client.destroy()));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		stop: async () => {
			for (const client of waiting) client.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
