/**
 * Starts an S3-compatible server that checks signatures, in a process of its own: `node objectStore.cjs <folder> <bucket>`.
 * Prints one line of JSON, `{"port": …}`, once it listens, and ends with its standard input.
 */
const S3rver = require('@20minutes/s3rver');

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({
	address: '127.0.0.1',
	port: 0,
	silent: true,
	directory,
	configureBuckets: [{ name: bucket }],
});
server.run().then(({ port }) => console.log(JSON.stringify({ port })));
process.stdin.on('end', () => process.exit(0)).resume();
