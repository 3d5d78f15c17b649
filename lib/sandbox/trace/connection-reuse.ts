/** Finds out on which connection an exchange goes out. The function does not report it, but the sandbox owns its agent. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Agent } from 'node:http';

const exchanges = new AsyncLocalStorage<{ connection: 'new' | 'reused' }>();

/**
 * Watches an agent, so that `observeConnection` learns of its reused connections.
 * Source: https://nodejs.org/api/http.html#agentreusesocketsocket-request
 */
export const watchReuse = <Watched extends Agent>(agent: Watched): Watched => {
  const reuseSocket = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    const exchange = exchanges.getStore();
    if (exchange) exchange.connection = 'reused';
    reuseSocket(socket, request);
  };
  return agent;
};

/** Runs one exchange. @returns its result, and a function that returns the connection that it used */
export const observeConnection = <T>(run: () => Promise<T>) => {
  const exchange: { connection: 'new' | 'reused' } = { connection: 'new' };
  return { result: exchanges.run(exchange, run), readConnection: () => exchange.connection };
};
