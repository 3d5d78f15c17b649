import { EventEmitter } from 'node:events';
import type { Agent } from 'node:http';
import { expect, it } from '@jest/globals';
import { watchIdleSockets } from '../../../../../functions/verify-number/aws/idle-sockets.ts';

it('watchIdleSockets closes an idle connection that receives bytes, but not one that is in use', () => {
  // Not a real agent, because Node's own closes such a connection first.
  const agent = Object.assign(new EventEmitter(), { freeSockets: {}, reuseSocket: () => {} });
  watchIdleSockets(agent as unknown as Agent, Date);
  const closed: string[] = [];
  const createSocket = (name: string) =>
    Object.assign(new EventEmitter(), { destroy: () => closed.push(name) });
  const [idle, used] = [createSocket('idle'), createSocket('used')];
  for (const socket of [idle, used]) agent.emit('free', socket);
  (agent as unknown as Agent).reuseSocket(used as never, {} as never);
  for (const socket of [idle, used]) socket.emit('data');
  expect(closed).toEqual(['idle']);
});
