/**
 * How many connections all packages that this n8n fetches at the same time may have beyond one each. Many systems
 * grant a process 1,024 files and sockets, and n8n needs some, too.
 */
const MOST_EXTRA_CONNECTIONS = 256;

/** Places for the connections beyond the first one of each package. */
class Company {
	private taken = 0;

	/** @returns whether there was a place */
	take(): boolean {
		if (this.taken >= MOST_EXTRA_CONNECTIONS) return false;
		this.taken++;
		return true;
	}

	leave(): void {
		this.taken--;
	}
}

/** The places of this process. */
export const company = new Company();
