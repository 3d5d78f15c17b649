/** What Lambda loads for the release check: the AWS clients and the version to check. */
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { checkVersion } from './check-version.ts';
import { createReleaseCheck } from './release-check.ts';

// Set by the stack.
const versionArn = process.env['VERSION_ARN'] ?? '';
const retryAfterMs = Number(process.env['RETRY_AFTER_MS']);

// Longer than the timeout of the function under test.
const lambda = new LambdaClient({
  requestHandler: { requestTimeout: 35_000, throwOnRequestTimeout: true },
});

export const handler = createReleaseCheck({
  codeDeploy: new CodeDeployClient(),
  findProblem: () => checkVersion(lambda, versionArn),
  retryAfterMs,
  log: (line) => {
    const timestamp = new Date().toISOString();
    process.stdout.write(`${JSON.stringify({ timestamp, version_arn: versionArn, ...line })}\n`);
  },
});
