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

const report = (status: string) => [
  { deploymentId: 'd-FAKE', lifecycleEventHookExecutionId: 'fake-execution', status },
];
const line = (fields: object) => ({ message: 'release check', deployment_id: 'd-FAKE', ...fields });

describe('createReleaseCheck', () => {
  it('reports success for a version without a problem, after one check', async () => {
    creators = ['CloudFormation'];
    expect(await runHook([undefined, 'unused'])).toEqual({
      lines: [line({ level: 'INFO', deployment_kind: 'release', status: 'Succeeded', problem: undefined })],
      checks: 1,
    });
    expect(reports).toEqual(report('Succeeded'));
  });

  it.each(['CloudFormation', 'user'])(
    'reports failure for a release by %s with a lasting problem',
    async (by) => {
      creators = [by];
      expect(await runHook(['first', 'second'])).toEqual({
        lines: [line({ level: 'ERROR', deployment_kind: 'release', status: 'Failed', problem: 'second' })],
        checks: 2,
      });
      expect(reports).toEqual(report('Failed'));
    },
  );

  it('reports success if the problem is gone at the second check', async () => {
    creators = ['CloudFormation'];
    const { checks } = await runHook(['first', undefined]);
    expect(checks).toBe(2);
    expect(reports).toEqual(report('Succeeded'));
  });

  it.each(['codeDeployRollback', 'CloudFormationRollback'])('does not check a rollback by %s', async (by) => {
    creators = [by];
    expect(await runHook(['unused', 'unused'])).toEqual({
      lines: [line({ level: 'INFO', deployment_kind: 'rollback', status: 'Succeeded', problem: undefined })],
      checks: 0,
    });
    expect(reports).toEqual(report('Succeeded'));
  });

  it('asks again about a deployment that CodeDeploy did not describe, and does not check a rollback again', async () => {
    creators = [undefined, 'codeDeployRollback'];
    expect(await runHook(['first', 'unused'])).toMatchObject({ checks: 1 });
    expect(reports).toEqual(report('Succeeded'));
  });

  it('reports failure if CodeDeploy never describes the deployment and the problem lasts', async () => {
    creators = [undefined, undefined];
    expect(await runHook(['first', 'second'])).toEqual({
      lines: [line({ level: 'ERROR', deployment_kind: 'unknown', status: 'Failed', problem: 'second' })],
      checks: 2,
    });
    expect(reports).toEqual(report('Failed'));
  });
});
