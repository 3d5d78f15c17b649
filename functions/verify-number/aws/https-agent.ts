import { Agent } from 'node:https';

/** Creates the agent of one client's connections. The SDK's own agent cannot be watched. */
export const createAgent = (): Agent =>
  // Set explicitly so that NODE_TLS_REJECT_UNAUTHORIZED cannot disable it.
  new Agent({ keepAlive: true, rejectUnauthorized: true });
