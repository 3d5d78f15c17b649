/** Everything that the console serves: its page, what the page loads, and the pages of the failure codes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServeOther } from '../loopback/loopback-only.ts';
import { readBody } from '../loopback/read-body.ts';
import { type ConsoleOptions, createConsoleData } from './console-data.ts';
import { formatProblemTypesPage } from './problem-types-page.ts';
import { type CodeRequest, generateRequestCode, isSafeValue } from './request-code.ts';
import { contentSecurityPolicy, loadStaticFiles, type StaticFile } from './static-files.ts';

/** The path of the page that explains the failure codes: the value of PROBLEM_TYPE_BASE, after the origin. */
export const problemTypesPath = '/problems';

/** Creates the routes. They serve GET requests, and `POST /console/code`. */
export const createConsoleRoutes = (options: ConsoleOptions): ServeOther => {
  const files: ReadonlyMap<string, StaticFile> = loadStaticFiles();
  const data = JSON.stringify(createConsoleData(options));

  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (request.method === 'POST' && path === '/console/code') return sendCode(request, response, options);
    if (request.method !== 'GET') return undefined;
    if (path === '/console/data.json') return send(response, 200, 'application/json', data);
    if (path === problemTypesPath) {
      return send(
        response,
        200,
        'text/html; charset=utf-8',
        formatProblemTypesPage(toOrigin(request) + path),
      );
    }
    const file = files.get(path);
    return file && sendFile(response, file);
  };
};

/** The origin under which the caller reached the sandbox. */
const toOrigin = ({ headers }: IncomingMessage): string => `http://${headers.host}`;

const sendFile = async (response: ServerResponse, { contentType, read }: StaticFile): Promise<void> =>
  send(response, 200, contentType, await read());

const send = async (
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Buffer,
): Promise<void> => {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'content-security-policy': contentSecurityPolicy(),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
};

const sendCode = async (
  request: IncomingMessage,
  response: ServerResponse,
  { region, token }: ConsoleOptions,
): Promise<void> => {
  const fields = parseCodeRequest((await readBody(request)).toString('utf8'));
  if (!fields) {
    const message = 'Code is shown for values of letters, digits, _, - and +.';
    return send(response, 400, 'application/json', JSON.stringify({ message }));
  }
  const code = await generateRequestCode(fields, { origin: toOrigin(request), region, token });
  send(response, 200, 'application/json', JSON.stringify(code));
};

const parseCodeRequest = (text: string): CodeRequest | undefined => {
  try {
    const { tenant_id, waba_id, id, phone_number } = Object(JSON.parse(text));
    const fields = { tenant_id, waba_id, id, phone_number };
    return Object.values(fields).every(isSafeValue) ? fields : undefined;
  } catch {
    return undefined;
  }
};
