import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line between a client and a server, that can be cut. */
export interface CuttingProxy {
	port: number;
	/** Bytes that all connections together have carried to clients. */
	readonly carried: number;
	/** Lets the next connection carry so many bytes to the client, and no more; cuts it once what is done meanwhile is done. */
	cutNext: (bytes: number, meanwhile?: () => Promise<unknown>) => void;
	close: () => void;
}

/** Starts such a line to a port of this machine. */
export async function startCuttingProxy(toPort: number): Promise<CuttingProxy> {
	const sockets = new Set<Socket>();
	const cuts: Array<{ bytes: number; meanwhile?: () => Promise<unknown> }> = [];
	let carried = 0;

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
			const passed = chunk.subarray(0, Math.min(left, chunk.length));
			carried += passed.length;
			left -= passed.length;
			if (left > 0) client.write(passed);
			else client.write(passed, () => void Promise.resolve(cut?.meanwhile?.()).finally(() => client.destroy()));
		});
		// What is to be cut is cut later; everything else ends as the server wants it.
		upstream.on('close', () => left > 0 && client.end());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		get carried() {
			return carried;
		},
		cutNext: (bytes, meanwhile) => cuts.push({ bytes, meanwhile }),
		close: () => {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}
