import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routePath } from '../../../../../functions/verify-number/core/contract.ts';
import { referenceDocument } from '../../../../../lib/sandbox/console/reference-document.ts';
import { triggerRows } from '../../../../../lib/sandbox/kaleyra/outcomes.ts';
import { type Sandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';

let openApi: string;
let sandbox: Sandbox;

beforeAll(async () => {
  openApi = await readFile(new URL('../../../../../openapi.json', import.meta.url), 'utf8');
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

describe('the sandbox', () => {
  it('serves openapi.json as it stands', async () => {
    const answer = await fetch(`${sandbox.urls.http}/openapi.json`);

    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.text()).toBe(openApi);
  });

  it('serves a page all of whose parts are its own', async () => {
    const answer = await fetch(sandbox.urls.http);
    const html = await answer.text();
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part);
    const answers = await Promise.all(parts.map((part) => fetch(`${sandbox.urls.http}/${part}`)));
    await Promise.all(answers.map((part) => part.arrayBuffer()));

    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(parts.length).toBeGreaterThan(4);
    expect(answers.map(({ status, url }) => [url, status])).toEqual(
      parts.map((part) => [`${sandbox.urls.http}/${part}`, 200]),
    );
  });

  it.each(['/reference/', '/reference/nothing.js', '/constructor', '/reference/..%2fpage.js'])(
    'has no page at %s',
    async (path) => {
      const answer = await fetch(sandbox.urls.http + path);

      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ message: 'Not Found' });
    },
  );

  it('answers the page to GET alone', async () => {
    expect((await fetch(sandbox.urls.http, { method: 'POST' })).status).toBe(404);
  });
});

describe('the description on the page', () => {
  const operationOf = (document: ReturnType<typeof referenceDocument>) => {
    const operation = document.paths[routePath]?.post;
    if (!operation) throw new Error('the route is not described');
    return operation;
  };

  it('has this sandbox as its only server', async () => {
    const answer = await fetch(`${sandbox.urls.http}/reference/openapi.json`);

    expect(await answer.json()).toMatchObject({ servers: [{ url: '/' }], security: [] });
  });

  it('has an example for every magic number, and the plain one first', () => {
    const { requestBody } = operationOf(referenceDocument(openApi));
    const examples = requestBody.content['application/json']?.examples ?? {};
    const numbers = Object.values(examples).map(
      ({ value }) => (value as { phone_number: string }).phone_number,
    );

    expect(Object.keys(examples)[0]).toBe('Verified');
    for (const { trigger } of triggerRows) {
      if ('lastFour' in trigger) expect(numbers).toContain(`+91976541${trigger.lastFour}`);
    }
  });

  it('has an example for every tenant that there is', () => {
    const tenant = operationOf(referenceDocument(openApi)).parameters[0];

    expect(Object.keys(tenant?.examples ?? {})).toEqual([
      'acme',
      'globex',
      'remembers',
      'nobody',
      'misconfigured',
      'unavailable',
    ]);
  });

  it('asks for a token where the sandbox does, and for nothing where it does not', () => {
    expect(referenceDocument(openApi, 'a.b.c')).toMatchObject({
      security: [{ jwt: [] }],
      'x-token': 'a.b.c',
      components: { securitySchemes: { jwt: expect.anything() } },
    });
    expect(referenceDocument(openApi).components).not.toHaveProperty('securitySchemes');
  });

  it('is refused where openapi.json does not describe the route', () => {
    expect(() => referenceDocument('{"info":{},"paths":{},"components":{}}')).toThrow(
      'openapi.json does not describe the route',
    );
  });
});
