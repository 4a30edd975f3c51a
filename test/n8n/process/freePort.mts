import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Listens on a port for a moment. Resolves with its number, or with `undefined` when it is taken. 0 means any. */
function tryPort(port: number): Promise<number | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(undefined));
		server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
			const address = server.address();
			const found = typeof address === 'object' && address ? address.port : undefined;
			server.close(() => resolve(found));
		});
	});
}

/** A port nobody listens on: the preferred one where it is free, else one that the operating system picks. */
export async function freePort(preferred = 0): Promise<number> {
	const port = (await tryPort(preferred)) ?? (await tryPort(0));
	if (port === undefined) throw new Error('No free port could be found on 127.0.0.1.');
	return port;
}
