/** Jest itself reads no TypeScript here. */
module.exports = require('tsx/cjs/api').require('./Environment.mts', __filename).default;
