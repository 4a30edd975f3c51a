/** Runs an S3-compatible server that checks signatures, until its parent is gone: `node objectStore.cjs <folder> <bucket>`. Prints its port. */
const S3rver = require('@20minutes/s3rver');

const [directory, bucket] = process.argv.slice(2);
const configureBuckets = [{ name: bucket, configs: [] }];
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets });

server.run().then(({ port }) => process.stdout.write(`${port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
