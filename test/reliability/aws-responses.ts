/** Responses of AWS services that speak JSON. */
import type { ServerResponse } from 'node:http';

/** Sends a body: text as it is, or an object as JSON. */
export const sendJson =
  (status: number, body: string | object) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export const sendError = (type: string, status: number, Message = 'It failed.') =>
  sendJson(status, { __type: type, Message });
