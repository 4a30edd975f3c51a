import { known } from '../sandbox/client.mts';
import { Sandboxed, until } from './sandboxed.mts';
test('x', async () => {
	process.on('warning', (w) => process.stderr.write(w.stack + '\n'));
	const add = AbortSignal.prototype.addEventListener;
	const counts = new Map<AbortSignal, string[]>();
	const at = await Sandboxed.start();
	await at.download();
	(AbortSignal.prototype as any).addEventListener = function (this: AbortSignal, ...a: any[]) { const l = counts.get(this) ?? []; l.push(new Error().stack!.split('\n').slice(2, 8).join('\n')); counts.set(this, l); return (add as any).apply(this, a); };
	await at.sandbox.configurePackage(known.demo.taskId, { size: 200e6, bytesPerSecond: 4e6 });
	const c = new AbortController();
	const run = at.refusal({options: {connections: 16}}, { signal: c.signal });
	await until(async () => (await at.sandbox.state()).storageRequestsInFlight >= 14);
	c.abort();
	await run;
	for (const l of counts.values()) process.stderr.write(l.length + '\n' + (l.length > 5 ? l.slice(-2).join('\n---\n') : '') + '\n');
	await at.stop();
});
