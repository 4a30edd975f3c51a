import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Content } from './packageContent.mts';

/** A file as it lies on the disk. */
export function fileContent(path: string): Content {
	const { size, mtimeMs } = statSync(path);
	return {
		size,
		version: createHash('md5').update(`${path}/${size}/${mtimeMs}`).digest('hex'),
		fill: (into, offset) => {
			const file = openSync(path, 'r');
			try {
				for (let done = 0; done < into.length; ) {
					const read = readSync(file, into, done, into.length - done, offset + done);
					if (read === 0) throw new RangeError(`${path} has become shorter while it is served`);
					done += read;
				}
			} finally {
				closeSync(file);
			}
		},
	};
}
