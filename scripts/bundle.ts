/** `npm run bundle`: writes docs/bundle.md. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBundlePage, listBundles } from './docs/bundle-page.ts';

const page = join(import.meta.dirname, '../docs/bundle.md');
await writeFile(page, formatBundlePage(await listBundles()));
