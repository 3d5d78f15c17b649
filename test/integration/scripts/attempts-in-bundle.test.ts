import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type BundleName, buildFunction } from '../../../scripts/build/build-function.ts';

/** The files of attempt counting that the bundle contains code of. */
const findAttemptFiles = async (name: BundleName): Promise<string[]> => {
  const { metafile } = await buildFunction(name, join(import.meta.dirname, '../../..'));
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs
    .filter(([file, { bytesInOutput }]) => file.includes('/attempts/') && bytesInOutput > 0)
    .map(([file]) => file.replace(/^.*\/attempts\//, ''))
    .sort();
};

it('only the bundle that counts attempts contains code for it', async () => {
  // The configuration reads the limits' names and defaults.
  expect(await findAttemptFiles('verify-number/plain')).toEqual(['limits.ts']);
  expect(await findAttemptFiles('verify-number/counting')).toEqual([
    'dynamodb-limiter.ts',
    'dynamodb.ts',
    'limiter.ts',
    'limits.ts',
    'stamp.ts',
  ]);
});
