/** What `cdk` runs: options in, one stack for each region out. */
import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { NumberVerificationStack } from '../lib/number-verification-stack.ts';

const app = new App({ context: recommendedFlags });
// The CLI says where it is; with nothing configured it says us-east-1.
const region = process.env['CDK_DEFAULT_REGION'] ?? 'us-east-1';

new NumberVerificationStack(app, `KaleyraNumberVerification-${region}`, { env: { region } });
