import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';

describe('the sandbox', () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const get = async (path: string) => {
    const response = await fetch(sandbox.url + path);
    const { status, headers } = response;
    const [type, policy] = ['content-type', 'content-security-policy'].map((name) => headers.get(name));
    return { status, type, policy, text: await response.text() };
  };
  const post = (path: string, body: object) =>
    fetch(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('serves openapi.json as it is', async () => {
    const text = await readFile(new URL('../../../../../openapi.json', import.meta.url), 'utf8');
    expect(await get('/openapi.json')).toMatchObject({ type: 'application/json', text });
  });

  it.each(['/', '/problems'])('serves everything that the page %s loads or links to', async (page) => {
    const { type, text } = await get(page);
    const paths = [...text.matchAll(/(?:src|href)="(\/[^"#]*)"/g)].map(([, path = '']) => path);
    const statuses = await Promise.all(paths.map(async (path) => [path, (await get(path)).status]));

    expect(type).toBe('text/html; charset=utf-8');
    expect(paths.length).toBeGreaterThan(3);
    expect(statuses).toEqual(paths.map((path) => [path, 200]));
  });

  it('serves every module that a module of the page imports', async () => {
    const types = new Map<string, unknown>();
    const visit = async (path: string): Promise<void> => {
      if (types.has(path)) return;
      types.set(path, undefined);
      const { type, text } = await get(path);
      types.set(path, type);
      const names = [...text.matchAll(/from ?['"]([^'"$]+)['"]/g)].map(([, name = '']) => name);
      const paths = names
        // Types in comments come from TypeScript files, which the page does not load.
        .filter((name) => !name.endsWith('.ts'))
        .map((name) => (name === 'lit-html' ? 'lit-html/lit-html.js' : name))
        .map((name) => new URL(name, `http://host${name.startsWith('.') ? path : '/console/'}`).pathname);
      await Promise.all(paths.map(visit));
    };
    await visit('/console/main.js');

    expect(types.size).toBeGreaterThan(18);
    expect([...types].filter(([, type]) => type !== 'text/javascript; charset=utf-8')).toEqual([]);
  });

  it.each(['/', '/problems', '/console/main.js'])(
    'forbids inline scripts, inline styles and other hosts on %s',
    async (path) => {
      const { policy } = await get(path);

      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    },
  );

  it('has no other page, and serves pages to GET only', async () => {
    const outside = ['/console/..%2fconsole.ts', '/console/tsconfig.json', '/console/lit-html/package.json'];
    for (const path of [...outside, '/console/', '/console/none.js', '/console/index.html', '/constructor']) {
      expect([path, await get(path)]).toMatchObject([path, { status: 404, text: '{"message":"Not Found"}' }]);
    }
    expect((await post('/', {})).status).toBe(404);
  });

  it('has no code for values that would need quotes', async () => {
    const { otp, ...request } = sampleRequest;
    expect((await post('/console/code', request)).status).toBe(200);
    for (const id of [`1'2`, '1"2', '$(touch injected)', '`id`', '1\\', '1\n2', 1]) {
      const response = await post('/console/code', { ...request, id });
      expect([id, response.status, await response.json()]).toEqual([
        id,
        400,
        { message: expect.any(String) },
      ]);
    }
  });

  it('links the type of a failure to its section, which every code has, with its guide and a sample', async () => {
    const response = await post('/tenants/nobody/whatsapp/1/number/verify', sampleRequest);
    expect(await response.json()).toMatchObject({ type: `${sandbox.url}/problems#tenantunknown` });

    const { text } = await get('/problems');
    for (const code of failureCodes) {
      const section = text.split(`<article id="${code.toLowerCase()}"`)[1]?.split('</article>')[0] ?? '';
      expect(section).toContain('>Retry</dt>');
      expect(section).toContain(`&quot;code&quot;: &quot;${code}&quot;`);
    }
  });
});
