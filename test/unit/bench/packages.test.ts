import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const readManifest = async (folder: string) =>
  JSON.parse(await readFile(join(import.meta.dirname, '../../..', folder, 'package.json'), 'utf8'));

describe("the benchmark's package", () => {
  it('uses the same versions as the function of the packages that both use', async () => {
    const { dependencies: own } = await readManifest('bench');
    const { devDependencies: functions } = await readManifest('.');
    const shared = Object.keys(own).filter((name) => name in functions);
    expect(shared).toContain('@aws-sdk/client-secrets-manager');
    for (const name of shared) expect({ [name]: own[name] }).toEqual({ [name]: functions[name] });
  });
});
