import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type BundledPackage, bundlePage, listBothBundles, page } from '../../../scripts/list-bundle.ts';

let plain: BundledPackage[];
let counting: BundledPackage[];
beforeAll(async () => {
  ({ plain, counting } = await listBothBundles());
}, 120_000);

const size = /(\d+|under 1) kB/g;

describe('docs/bundle.md', () => {
  it('names what is in the bundle today: if not, run `npm run bundle`', async () => {
    const written = await readFile(page, 'utf8');
    expect(written.replace(size, 'some kB')).toBe(bundlePage(plain, counting).replace(size, 'some kB'));
  });

  it('gives sizes that are about right: if not, run `npm run bundle`', async () => {
    const sizes = (text: string) => [...text.matchAll(size)].map(([, kilobytes]) => Number(kilobytes) || 0);
    const written = sizes(await readFile(page, 'utf8'));
    // A change of code moves a size by a little, which needs no new page.
    for (const [index, now] of sizes(bundlePage(plain, counting)).entries()) {
      expect(Math.abs(now - (written[index] ?? 0))).toBeLessThanOrEqual(Math.max(2, now / 10));
    }
  });
});

describe('the bundle', () => {
  it('holds nothing under a licence that asks for more than a notice', () => {
    const licences = new Set([...plain, ...counting].map(({ licence }) => licence));
    expect(
      [...licences].filter((licence) => !/^(MIT|MIT-0|Apache-2\.0|BlueOak-1\.0\.0|ISC|0BSD)$/.test(licence)),
    ).toEqual([]);
  });

  it('holds DynamoDB’s client only where attempts are counted', () => {
    const names = (all: BundledPackage[]) => all.map(({ name }) => name);
    expect(names(plain)).not.toContain('@aws-sdk/client-dynamodb');
    expect(names(counting)).toContain('@aws-sdk/client-dynamodb');
  });
});
