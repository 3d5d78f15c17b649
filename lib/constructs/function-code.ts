import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AssetCode, Code, Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';

/** Not `Runtime.NODEJS_24_X`, which older versions of aws-cdk-lib lack. */
export const functionRuntime = new Runtime('nodejs24.x', RuntimeFamily.NODEJS);

/**
 * The code of a Lambda function, from the bundle that `npm run build` writes.
 * @param name folder of the bundle under `dist/functions`
 * @throws Error if the bundle has not been built
 */
export const getFunctionCode = (name: string): AssetCode => {
  const folder = join(import.meta.dirname, '../../dist/functions', name);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`The function's bundle ${folder} does not exist. Run \`npm run build\`.`);
  }
  return Code.fromAsset(folder);
};
