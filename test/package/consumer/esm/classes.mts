/** Fails unless ES modules and CommonJS get the same classes. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { App, Stack } from 'aws-cdk-lib';
import * as imported from 'kaleyra-number-verification';
import { startSandbox } from 'kaleyra-number-verification/sandbox';

const required = createRequire(import.meta.url)('kaleyra-number-verification');
assert.deepEqual(
  Object.keys(imported)
    .filter((name) => name !== 'default')
    .sort(),
  Object.keys(required).sort(),
);
for (const [name, value] of Object.entries(required)) {
  assert.equal(imported[name as keyof typeof imported], value, name);
}

const stack = new Stack(new App(), 'Payments', { env: { region: 'eu-west-1' } });
const verification = new imported.NumberVerification(stack, 'Verification', { countAttempts: true });
assert.equal(verification.pod, 'EU');

const sandbox = await startSandbox();
await sandbox.close();
