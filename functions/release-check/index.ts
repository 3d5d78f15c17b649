/** What Lambda loads for the release check: the AWS clients and the version to check. */
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { getFunctionTimeoutMs, kaleyraTimeoutLimits } from '../verify-number/core/time-budget.ts';
import { checkVersion } from './check-version.ts';
import { createReleaseCheck } from './release-check.ts';
import { variables } from './variables.ts';

const versionArn = process.env[variables.versionArn] ?? '';
const retryAfterMs = Number(process.env[variables.retryAfterMs]);

/** Lambda's limit. Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const maxInitMs = 10_000;
const requestTimeout = maxInitMs + getFunctionTimeoutMs(kaleyraTimeoutLimits.max, true);
const lambda = new LambdaClient({ requestHandler: { requestTimeout, throwOnRequestTimeout: true } });

export const handler = createReleaseCheck({
  codeDeploy: new CodeDeployClient(),
  findProblem: () => checkVersion(lambda, versionArn),
  retryAfterMs,
  log: (line) => {
    const timestamp = new Date().toISOString();
    process.stdout.write(`${JSON.stringify({ timestamp, version_arn: versionArn, ...line })}\n`);
  },
});
