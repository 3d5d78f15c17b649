import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatBundlePage, type ListedBundles, listBundles } from '../../../scripts/docs/bundle-page.ts';

const page = join(import.meta.dirname, '../../../docs/bundle.md');

let bundles: ListedBundles;
beforeAll(async () => {
  bundles = await listBundles();
}, 60_000);

const size = /(\d+|under 1) kB/g;

describe('docs/bundle.md', () => {
  it('is up to date (npm run bundle)', async () => {
    const written = await readFile(page, 'utf8');
    expect(written.replace(size, 'some kB')).toBe(formatBundlePage(bundles).replace(size, 'some kB'));
  });

  it('has sizes that are about right (npm run bundle)', async () => {
    const sizes = (text: string) => [...text.matchAll(size)].map(([, kilobytes]) => Number(kilobytes) || 0);
    const written = sizes(await readFile(page, 'utf8'));
    // A change of the code changes a size slightly, which needs no new page.
    for (const [index, now] of sizes(formatBundlePage(bundles)).entries()) {
      expect(Math.abs(now - (written[index] ?? 0))).toBeLessThanOrEqual(Math.max(2, now / 10));
    }
  });
});

describe('the bundles', () => {
  it('contain only packages whose licences require no more than a notice', () => {
    const { plain, counting, releaseCheck } = bundles;
    const licences = new Set([...plain, ...counting, ...releaseCheck].map(({ licence }) => licence));
    const allowed = /^(MIT|MIT-0|Apache-2\.0|BlueOak-1\.0\.0|ISC|0BSD)$/;
    expect([...licences].filter((licence) => !allowed.test(licence))).toEqual([]);
  });
});
