/**
 * Stands in the bundle for `import … from 'node:http'`, which in an ES module runs every getter of that module, those
 * of WebSocket among them, and so loads all of Node's fetch: nine milliseconds of a cold start for what is never used.
 * Source: https://github.com/nodejs/node/issues/59686. Measured in docs/performance.md.
 */
const http = process.getBuiltinModule('node:http');

export const { Agent, request, STATUS_CODES } = http;
