import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';

/**
 * The code of a Lambda function, from the bundle that `scripts/build-function.ts` writes.
 * @param name folder of the bundle under `dist/functions`
 * @throws Error if the bundle has not been built
 */
export const functionCode = (name: string): AssetCode => {
  const folder = join(import.meta.dirname, '../dist/functions', name);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`The function's bundle ${folder} does not exist. Run \`npm run build\`.`);
  }
  return Code.fromAsset(folder);
};
