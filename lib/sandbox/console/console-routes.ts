/** Everything that the console serves: its page, what the page loads, and the page of the failure codes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { ServeOther } from '../loopback/loopback-only.ts';
import { readBody } from '../loopback/read-body.ts';
import { type ConsoleOptions, createConsoleData } from './console-data.ts';
import { formatProblemTypesPage } from './problem-types-page.ts';
import { type CodeRequest, generateRequestCode, isSafeValue } from './request-code.ts';
import { getContentType, listStaticFiles, pageFolder } from './static-files.ts';

/** The path of the page that explains the failure codes: the value of PROBLEM_TYPE_BASE, after the origin. */
export const problemTypesPath = '/problems';

/** Creates the routes. They serve GET requests, and `POST /console/code`. */
export const createConsoleRoutes = (options: ConsoleOptions): ServeOther => {
  const files = listStaticFiles();
  const policy = createContentSecurityPolicy();
  const data = JSON.stringify(createConsoleData(options));

  const send = async (response: ServerResponse, contentType: string, body: string | Buffer, status = 200) => {
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    response.end(body);
  };
  const sendCode = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fields = parseCodeRequest((await readBody(request)).toString('utf8'));
    const result = fields
      ? await generateRequestCode(fields, { ...options, origin: toOrigin(request) })
      : { message: 'Code is shown for values of letters, digits, _, - and +.' };
    return send(response, 'application/json', JSON.stringify(result), fields ? 200 : 400);
  };

  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (request.method === 'POST' && path === '/console/code') return sendCode(request, response);
    if (request.method !== 'GET') return undefined;
    if (path === '/console/data.json') return send(response, 'application/json', data);
    if (path === problemTypesPath) {
      return send(response, 'text/html; charset=utf-8', formatProblemTypesPage(toOrigin(request) + path));
    }
    const file = files.get(path);
    if (file === undefined) return undefined;
    return readFile(file).then((content) => send(response, getContentType(file), content));
  };
};

/**
 * The content security policy of every page: nothing from elsewhere, no inline scripts except the import map, no inline
 * styles, and no HTML from strings except lit-html's own templates.
 * Source: https://developer.mozilla.org/en-US/docs/Web/HTML/Reference/Elements/script/type/importmap
 */
const createContentSecurityPolicy = (): string => {
  const page = readFileSync(join(pageFolder, 'index.html'), 'utf8');
  const [, importMap = ''] = /<script type="importmap">(.*?)<\/script>/s.exec(page) ?? [];
  const hash = createHash('sha256').update(importMap).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
};

/** The origin under which the caller reached the sandbox. */
const toOrigin = ({ headers }: IncomingMessage): string => `http://${headers.host}`;

const parseCodeRequest = (text: string): CodeRequest | undefined => {
  try {
    const { tenant_id, waba_id, id, phone_number } = Object(JSON.parse(text));
    const fields = { tenant_id, waba_id, id, phone_number };
    return Object.values(fields).every(isSafeValue) ? fields : undefined;
  } catch {
    return undefined;
  }
};
