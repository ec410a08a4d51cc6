/**
 * Stands for `node:http` in the bundles. An ES module's `import` of `node:http` reads every export, and with WebSocket and its events all of
 * undici is loaded; this reads none. That was a fifth of a function's loading (docs/decisions/0062-what-a-bundle-loads.md).
 */
module.exports = process.getBuiltinModule('node:http');
