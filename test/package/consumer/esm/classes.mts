/** Fails unless ES modules and CommonJS get the same classes. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { App, Stack } from 'aws-cdk-lib';
import * as imported from 'kaleyra-number-verification';
import { startSandbox } from 'kaleyra-number-verification/sandbox';

const required: Record<string, unknown> = createRequire(import.meta.url)('kaleyra-number-verification');
const { default: _, ...named }: Record<string, unknown> = { ...imported };
assert.deepEqual(Object.keys(named).sort(), Object.keys(required).sort());
for (const [name, value] of Object.entries(named)) assert.equal(value, required[name], name);

const stack = new Stack(new App(), 'Payments', { env: { region: 'eu-west-1' } });
const verification = new imported.NumberVerification(stack, 'Verification', { countAttempts: true });
assert.equal(verification.pod, 'EU');

const sandbox = await startSandbox();
await sandbox.close();
