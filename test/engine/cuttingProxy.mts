import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line between a client and a server, that can be cut. */
export interface CuttingProxy {
	port: number;
	/** Lets the next connection carry so many bytes to the client, then holds it for `holdMs`, then cuts it. */
	cutNext: (bytes: number, holdMs?: number) => void;
	close: () => void;
}

/** Starts such a line to a port of this machine. */
export async function startCuttingProxy(toPort: number): Promise<CuttingProxy> {
	const sockets = new Set<Socket>();
	const cuts: Array<{ bytes: number; holdMs: number }> = [];

	const server = createServer((client) => {
		const upstream = connect(toPort, '127.0.0.1');
		const cut = cuts.shift();
		let left = cut?.bytes ?? Infinity;
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => sockets.delete(socket));
		}
		client.on('close', () => upstream.destroy());
		client.pipe(upstream);
		upstream.on('data', (chunk: Buffer) => {
			if (left <= 0) return;
			client.write(chunk.subarray(0, Math.min(left, chunk.length)));
			left -= chunk.length;
			if (left <= 0) setTimeout(() => client.destroy(), cut?.holdMs);
		});
		// Held back for a while, a connection is cut later; everything else ends as the server wants it.
		upstream.on('close', () => left > 0 && client.end());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		cutNext: (bytes, holdMs = 0) => cuts.push({ bytes, holdMs }),
		close: () => {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}
