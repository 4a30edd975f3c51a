import { clock } from './clock';

/**
 * Sends a request, and waits no longer than `ms` for its answer. One that has begun goes on for as long as it takes.
 *
 * Nobody waits for the client to end it, either: that of n8n 2.0 never does where a compressed answer breaks off. And not by
 * `AbortSignal.timeout`: where only `AbortSignal.any` knows it, the collector of Node before 24 may take it away before its time.
 *
 * @param send sends the request, and ends it when the signal aborts
 * @param signal ends the waiting; ending the request by it is left to `send`
 * @throws an error with the code ETIMEDOUT when it is late, Cancelled once the signal aborts, and whatever `send` throws
 */
export async function withTimeout<T>(send: (late: AbortSignal) => Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
	const late = new AbortController();
	const answered = new AbortController();
	const tooLate = async (): Promise<never> => {
		await clock.timer(ms, AbortSignal.any([signal, answered.signal]));
		late.abort();
		throw Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
	};
	return await Promise.race([send(late.signal), tooLate()]).finally(() => answered.abort());
}
