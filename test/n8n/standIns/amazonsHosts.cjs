/**
 * Has an n8n find the S3 server of the tests under the name of Amazon's: by that, n8n tells whether it is to sign as S3 asks for.
 * Releases before 2.40 do so nowhere else.
 */
const http = require('node:http');
const { request } = http;

http.request = (options, ...more) =>
	options.hostname?.endsWith('.amazonaws.com')
		? request({ ...options, host: undefined, hostname: '127.0.0.1', port: process.env.S3_PORT }, ...more)
		: request(options, ...more);
