/**
 * Loaded into every command of this project, and into every n8n that one starts. When the process that started it is gone
 * without a word (killed, out of memory), it is told to end too, instead of holding its port for ever.
 */
const parent = process.ppid;
const LOOK_EVERY_MS = 2_000;

setInterval(() => {
	if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, LOOK_EVERY_MS).unref();
