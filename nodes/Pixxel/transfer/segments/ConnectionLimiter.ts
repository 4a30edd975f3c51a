/**
 * How many connections all packages that this n8n fetches at the same time may have beyond one each. Many systems
 * grant a process 1,024 files and sockets, and n8n needs some, too.
 */
const MAX_EXTRA_CONNECTIONS = 256;

/** Permits for the connections beyond the first one of each package. */
class ConnectionLimiter {
	private taken = 0;

	/** @returns whether there was one left */
	tryAcquire(): boolean {
		if (this.taken >= MAX_EXTRA_CONNECTIONS) return false;
		this.taken++;
		return true;
	}

	release(): void {
		this.taken--;
	}
}

/** Those of this process. */
export const extraConnections = new ConnectionLimiter();
