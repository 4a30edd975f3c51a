/** Of all files of a worker: see Environment.mts. */
module.exports = globalThis.outside.require('n8n-core');
