/** Lets other requests in between two steps that keep the processor busy: what is timed by tests must not wait for pictures. */
export const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
