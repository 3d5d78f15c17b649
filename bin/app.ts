/** The app that the `cdk` CLI runs: reads the options from the context and adds the stacks of each region. */
import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/options/add-stacks.ts';
import { readContext } from '../lib/options/read-context.ts';
import { InvalidOptions } from '../lib/values/rules.ts';

const app = new App();

/** What the CLI knows: without credentials no account, without a configured region us-east-1. */
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: currentRegion = 'us-east-1' } = process.env;

try {
  const { deployments, unused } = readContext(app.node.getAllContext(), currentRegion);
  // stdout is for the template.
  for (const deployment of deployments) console.error(addStacks(app, deployment, account));
  if (unused.length > 0) console.error(`Not used, because they are not options: ${unused.join(', ')}.`);
} catch (error) {
  if (!(error instanceof InvalidOptions)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
