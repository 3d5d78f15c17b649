/** What `cdk` runs: options in, one stack for each region out. */
import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { NumberVerificationStack } from '../lib/constructs/number-verification-stack.ts';
import { InvalidOptions, parseOptions, removalPolicyOf } from '../lib/options/parse-options.ts';
import { PasswordWorkflowStack } from '../lib/step-functions/password-workflow-stack.ts';

const app = new App({ context: recommendedFlags });

/** The CLI says where it is; with nothing configured it says us-east-1, and so does this where there is no CLI. */
const currentRegion = process.env['CDK_DEFAULT_REGION'] ?? 'us-east-1';

/** CDK's own context: names with such a mark, and the two that its CLI writes into cdk.json. All others are for us. */
const ofCdk = /[:/@]|^(cli-telemetry|acknowledged-issue-numbers)$/;
const given = Object.entries(app.node.getAllContext()).filter(([name]) => !ofCdk.test(name));

try {
  const options = parseOptions(Object.fromEntries(given));
  const { regions = [currentRegion], passwordWorkflow, ...stackOptions } = options;
  for (const region of regions) {
    const env = { region };
    const stack = new NumberVerificationStack(app, `KaleyraNumberVerification-${region}`, {
      ...stackOptions,
      env,
    });
    if (passwordWorkflow) {
      new PasswordWorkflowStack(app, `KaleyraPasswordWorkflow-${region}`, {
        env,
        verifyNumber: stack.verifyNumber.live,
        logRetention: options.logRetentionDays,
        removalPolicy: removalPolicyOf(options),
      });
    }
  }
} catch (error) {
  if (!(error instanceof InvalidOptions)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
