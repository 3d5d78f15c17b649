import { join } from 'node:path';
import { type BuildResult, build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'functions/verify-number');

/** Bundles the function into `folder` as it is deployed without attempt counting. */
export const buildFunction = (folder: string): Promise<BuildResult<{ metafile: true }>> =>
  build({
    absWorkingDir: root,
    entryPoints: [join(source, 'index.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    sourcesContent: false,
    external: ['@smithy/core/event-streams'],
    define: { 'process.env.ATTEMPTS_TABLE': 'undefined' },
    alias: {
      '@aws-sdk/credential-provider-node': join(source, 'bundle-shims/lambda-credentials.ts'),
      'node:http': join(source, 'bundle-shims/node-http.ts'),
    },
    metafile: true,
    logLevel: 'error',
  });
