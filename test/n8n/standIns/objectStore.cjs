/** Runs an S3-compatible server that checks signatures, until its parent is gone: `node objectStore.cjs <folder> <bucket>`. Prints its port. */
const { readdir, readFile } = require('node:fs/promises');
const { join } = require('node:path');
const S3rver = require('@20minutes/s3rver');

const [directory, bucket] = process.argv.slice(2);
const configureBuckets = [{ name: bucket, configs: [] }];
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets });

/** S3's list of the parts of an upload, which this server lacks and n8n's AWS S3 node asks for. Comes after all other checks. */
server.middleware.unshift(async (context, next) => {
	const { uploadId } = context.query;
	try {
		await next();
	} catch (cause) {
		if (cause.code !== 'MethodNotAllowed' || context.method !== 'GET' || !/^\w+$/.test(uploadId ?? '')) throw cause;
		const folder = join(directory, bucket, '._S3rver_uploads', uploadId);
		const parts = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).sort((a, b) => a - b);
		const listed = parts.slice(0, context.query['max-parts']).map(async (number) => {
			const etag = await readFile(join(folder, `${number}.md5`), 'utf8');
			return `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`;
		});
		context.status = 200;
		context.type = 'application/xml';
		context.body = `<?xml version="1.0" encoding="UTF-8"?><ListPartsResult>${(await Promise.all(listed)).join('')}</ListPartsResult>`;
	}
});

server.run().then(({ port }) => process.stdout.write(`${port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
