import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuiltFunction, buildFunction } from '../../support/built-function.ts';

/** Every byte is read and compiled at each cold start. docs/performance.md says what was weighed. */
const budgetBytes = 240_000;

describe('the bundle', () => {
  let built: BuiltFunction;
  beforeAll(async () => {
    built = await buildFunction();
  }, 60_000);
  afterAll(() => built.remove());

  it(`has at most ${budgetBytes} bytes of code`, async () => {
    expect((await stat(built.entry)).size).toBeLessThanOrEqual(budgetBytes);
  });

  it('does not import node:http, which would load all of fetch', async () => {
    const imported = (await readFile(built.entry, 'utf8')).matchAll(/\bfrom\s*"([^"]+)"/g);
    const modules = [...imported].map(([, module]) => module);
    expect(modules).toContain('node:https');
    expect(modules).not.toContain('node:http');
  });
});
