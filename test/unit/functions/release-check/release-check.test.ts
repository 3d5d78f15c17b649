import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createReleaseCheck } from '../../../../functions/release-check/release-check.ts';

/** Who created the deployment, for each question. `undefined` fails the question. */
let creators: (string | undefined)[];
let reports: unknown[];
let server: Server;
let codeDeploy: CodeDeployClient;

beforeEach(async () => {
  reports = [];
  server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    const isQuestion = request.headers['x-amz-target'] === 'CodeDeploy_20141006.GetDeployment';
    if (!isQuestion) reports.push(body);
    const creator = isQuestion && body.deploymentId === 'd-FAKE' ? creators.shift() : undefined;
    response.writeHead(isQuestion && creator === undefined ? 400 : 200);
    response.end(JSON.stringify(isQuestion ? { deploymentInfo: { creator } } : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  codeDeploy = new CodeDeployClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'ap-south-1',
    credentials: { accessKeyId: 'FAKE', secretAccessKey: 'fake' },
    maxAttempts: 1,
  });
});
afterEach(() => {
  codeDeploy.destroy();
  server.closeAllConnections();
  server.close();
});

/** Runs the hook; the version's checks end with these problems, one after the other. */
const runHook = async (problems: readonly (string | undefined)[]) => {
  const lines: unknown[] = [];
  const remaining = [...problems];
  const hook = createReleaseCheck({
    codeDeploy,
    findProblem: () => Promise.resolve(remaining.shift()),
    retryAfterMs: 0,
    log: (line) => lines.push(line),
  });
  await hook({ DeploymentId: 'd-FAKE', LifecycleEventHookExecutionId: 'fake-execution' });
  return { lines, checks: problems.length - remaining.length };
};

describe('createReleaseCheck', () => {
  it.each<[string, (string | undefined)[], (string | undefined)[], object]>([
    ['a good version', ['CloudFormation'], [undefined, 'unused'], { kind: 'release', checks: 1 }],
    [
      'a lasting problem',
      ['CloudFormation'],
      ['first', 'second'],
      { kind: 'release', checks: 2, problem: 'second' },
    ],
    ["a user's release", ['user'], ['first', 'second'], { kind: 'release', checks: 2, problem: 'second' }],
    ['a problem that goes away', ['CloudFormation'], ['first', undefined], { kind: 'release', checks: 2 }],
    ['a rollback by CodeDeploy', ['codeDeployRollback'], ['unused'], { kind: 'rollback', checks: 0 }],
    ['a rollback by CloudFormation', ['CloudFormationRollback'], ['unused'], { kind: 'rollback', checks: 0 }],
    [
      'a rollback that CodeDeploy described late',
      [undefined, 'codeDeployRollback'],
      ['first', 'unused'],
      { kind: 'rollback', checks: 1 },
    ],
    [
      'a deployment that CodeDeploy never described',
      [undefined, undefined],
      ['first', 'second'],
      { kind: 'unknown', checks: 2, problem: 'second' },
    ],
  ])('reports the verdict for %s', async (_name, by, problems, expected) => {
    creators = by;
    const { kind, checks, problem } = { problem: undefined, ...expected } as Record<string, unknown>;
    const [level, status] = problem ? ['ERROR', 'Failed'] : ['INFO', 'Succeeded'];
    const message = 'release check';
    expect(await runHook(problems)).toEqual({
      lines: [{ level, message, deployment_id: 'd-FAKE', deployment_kind: kind, status, problem }],
      checks,
    });
    expect(reports).toEqual([
      { deploymentId: 'd-FAKE', lifecycleEventHookExecutionId: 'fake-execution', status },
    ]);
  });
});
