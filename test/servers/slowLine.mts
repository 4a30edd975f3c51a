import { connect, createServer, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/**
 * A line to a server on which a connection carries so little that several of them pay. Bytes pass through it as they are: what is
 * tested is the server.
 */
export class SlowLine {
	/** The most connections at the same time. */
	mostAtOnce = 0;
	port = 0;

	private readonly clients = new Set<Socket>();
	private readonly server: Server;

	/** @param bytesPerSecond of each connection, towards the client */
	constructor(
		private readonly serverPort: number,
		private readonly bytesPerSecond: number,
	) {
		this.server = createServer((client) => this.carry(client));
	}

	async open(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, HOST, resolve));
		this.port = (this.server.address() as { port: number }).port;
	}

	async close(): Promise<void> {
		for (const client of this.clients) client.destroy();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private carry(client: Socket): void {
		const upstream = connect(this.serverPort, HOST);
		this.clients.add(client);
		this.mostAtOnce = Math.max(this.mostAtOnce, this.clients.size);
		for (const [socket, other] of [[client, upstream], [upstream, client]] as const) socket.on('error', () => other.destroy());
		client.on('close', () => {
			this.clients.delete(client);
			upstream.destroy();
		});
		client.pipe(upstream);
		upstream.on('data', (chunk: Buffer) => {
			upstream.pause();
			const takes = (chunk.length / this.bytesPerSecond) * 1_000;
			client.write(chunk, () => setTimeout(() => upstream.resume(), takes));
		});
		upstream.on('end', () => client.end());
	}
}
