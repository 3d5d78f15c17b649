/**
 * Replaces `node:http` in the bundle. Importing that module from an ES module runs all its getters, which loads Node's
 * fetch: nine milliseconds of a cold start.
 * Source: https://github.com/nodejs/node/issues/59686. Measured in docs/performance.md.
 */
const http = process.getBuiltinModule('node:http');

export const { Agent, request, STATUS_CODES } = http;
