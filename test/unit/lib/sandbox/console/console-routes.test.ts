import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

const get = (path: string) => fetch(sandbox.url + path);

/** The paths that a page loads or links to. */
const findPaths = (page: string): string[] =>
  [...page.matchAll(/(?:src|href)="(\/[^"#]*)"/g)].map(([, path = '']) => path);

/** The path of a module that a module of the page imports. */
const resolvePath = (name: string, importer: string): string => {
  if (name.startsWith('.')) return new URL(name, `http://host${importer}`).pathname;
  return `/console/${name === 'lit-html' ? 'lit-html/lit-html.js' : name}`;
};

describe('the sandbox', () => {
  it('serves openapi.json as it is', async () => {
    const response = await get('/openapi.json');

    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(
      await readFile(new URL('../../../../../openapi.json', import.meta.url), 'utf8'),
    );
  });

  it.each(['/', '/problems'])('serves everything that the page %s loads or links to', async (page) => {
    const response = await get(page);
    const paths = findPaths(await response.text());
    const statuses = await Promise.all(
      paths.map(async (path) => {
        const part = await get(path);
        await part.arrayBuffer();
        return [path, part.status];
      }),
    );

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(paths.length).toBeGreaterThan(4);
    expect(statuses).toEqual(paths.map((path) => [path, 200]));
  });

  it('serves every module that a module of the page imports', async () => {
    const types = new Map<string, string | null>();
    const visit = async (path: string): Promise<void> => {
      if (types.has(path)) return;
      types.set(path, null);
      const response = await get(path);
      types.set(path, response.headers.get('content-type'));
      const imports = [...(await response.text()).matchAll(/from ?['"]([^'"$]+)['"]/g)];
      const names = imports.map(([, name = '']) => name);
      // Types in comments come from TypeScript files, which the page does not load.
      const loaded = names.filter((name) => !name.endsWith('.ts'));
      await Promise.all(loaded.map((name) => visit(resolvePath(name, path))));
    };
    await visit('/console/main.js');

    expect(types.size).toBeGreaterThan(25);
    expect([...types].filter(([, type]) => type !== 'text/javascript; charset=utf-8')).toEqual([]);
  });

  it.each(['/', '/problems', '/console/main.js'])(
    'forbids inline scripts, inline styles and other hosts on %s',
    async (path) => {
      const policy = (await get(path)).headers.get('content-security-policy') ?? '';

      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(policy).not.toMatch(/https?:|\*/);
    },
  );

  it.each([
    '/console/',
    '/console/nothing.js',
    '/console/index.html',
    '/console/tsconfig.json',
    '/console/..%2fconsole.ts',
    '/console/lit-html/package.json',
    '/constructor',
  ])('has no page at %s', async (path) => {
    const response = await get(path);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
  });

  it('serves pages to GET only', async () => {
    expect((await fetch(sandbox.url, { method: 'POST' })).status).toBe(404);
  });

  it('has a section for every failure code, with its guide and a sample', async () => {
    const page = await (await get('/problems')).text();

    for (const code of failureCodes) {
      const section = page.split(`<section id="${code.toLowerCase()}"`)[1]?.split('</section>')[0] ?? '';
      expect(section).toContain('<dt>Retry</dt>');
      expect(section).toContain(`&quot;code&quot;: &quot;${code}&quot;`);
    }
  });

  it('links the type of a failure to its section', async () => {
    const response = await fetch(`${sandbox.url}/tenants/nobody/whatsapp/1/number/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":"1","phone_number":"+919765412345","otp":"671242"}',
    });
    const { type } = (await response.json()) as { type: string };

    expect(type).toBe(`${sandbox.url}/problems#tenantunknown`);
    expect(await (await fetch(type)).text()).toContain('<section id="tenantunknown"');
  });
});
