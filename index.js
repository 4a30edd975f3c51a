// n8n finds the nodes and credentials by the `n8n` field of package.json; there is nothing to load from here.
module.exports = {};
