import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { startHttpGateway } from '../../../../../lib/sandbox/gateway/http-gateway.ts';
import type { LambdaContext } from '../../../../../lib/sandbox/gateway/lambda-context.ts';
import type { LoopbackServer } from '../../../../../lib/sandbox/loopback/loopback-server.ts';
import { aws, describeWithAwsCli } from '../../../../support/aws-cli.ts';

const functionName = 'verify-phone-number';
const arn = `arn:aws:lambda:ap-south-1:000000000000:function:${functionName}`;

const notUtf8 = Buffer.from([0x22, 0xff, 0x22]);

let gateway: LoopbackServer;
let events: unknown[] = [];
let contexts: LambdaContext[] = [];
let act: () => unknown;

beforeAll(async () => {
  const handler = async (event: unknown, context: LambdaContext): Promise<unknown> => {
    events.push(event);
    contexts.push(context);
    return act();
  };
  const lambda = () => ({ handler, region: 'ap-south-1', timeoutMs: 17_000 });
  gateway = await startHttpGateway({ port: 0, lambda, needsToken: false });
});

afterAll(() => gateway.close());

beforeEach(() => {
  events = [];
  contexts = [];
  act = () => ({ status: 'verified' });
});

const invoke = async (payload: string | Buffer, type = 'RequestResponse', name = functionName) => {
  const url = `http://127.0.0.1:${gateway.port}/2015-03-31/functions/${name}/invocations?Qualifier=live`;
  const headers = { 'x-amz-invocation-type': type };
  const response = await fetch(url, { method: 'POST', headers, body: payload });
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    json: text === '' ? undefined : JSON.parse(text),
  };
};

describe('Lambda’s Invoke', () => {
  it.each([
    functionName,
    `${functionName}:live`,
    encodeURIComponent(arn),
    encodeURIComponent(`${arn}:live`),
    encodeURIComponent(`000000000000:function:${functionName}`),
  ])('invokes the function by the name %s', async (name) => {
    const response = await invoke('{"otp":"123456"}', undefined, name);

    expect(response).toMatchObject({ status: 200, json: { status: 'verified' } });
    expect(response.headers).toMatchObject({ 'x-amz-executed-version': '$LATEST' });
    expect(response.headers).not.toHaveProperty('x-amz-function-error');
    expect(events).toEqual([{ otp: '123456' }]);
    expect(contexts[0]?.invokedFunctionArn).toBe(arn);
  });

  it('reports an error of the function as Lambda does', async () => {
    act = () => {
      throw new Failure('AlreadyVerified', 'wa phone number already approved');
    };

    expect(await invoke('{}')).toMatchObject({
      status: 200,
      headers: { 'x-amz-function-error': 'Unhandled' },
      json: {
        errorType: 'AlreadyVerified',
        errorMessage: 'wa phone number already approved',
        trace: expect.arrayContaining(['AlreadyVerified: wa phone number already approved']),
      },
    });
  });

  it('passes an empty object on if there is no payload, and responds with null if there is no result', async () => {
    act = () => undefined;

    expect(await invoke('')).toMatchObject({ status: 200, json: null });
    expect(events).toEqual([{}]);
  });

  it('responds to an event before the function ends, also if it fails', async () => {
    const result = Promise.withResolvers();
    act = () => result.promise;
    const response = await invoke('{"a":1}', 'Event');
    result.reject(new Error('no caller waits for this'));

    expect(response).toMatchObject({ status: 202, json: undefined });
    expect(events).toEqual([{ a: 1 }]);
  });

  it('does not call the function for a dry run', async () => {
    expect((await invoke('{}', 'DryRun')).status).toBe(204);
    expect(events).toEqual([]);
  });

  it.each([
    ['an unknown function', '{}', undefined, 'nobody', 404, 'ResourceNotFoundException'],
    ['another operation', '{}', undefined, `${functionName}/other`, 404, 'UnknownOperationException'],
    ['a payload that is not JSON', '{', undefined, undefined, 400, 'InvalidRequestContentException'],
    ['a payload that is not UTF-8', notUtf8, undefined, undefined, 400, 'InvalidRequestContentException'],
    ['an unknown invocation type', '{}', 'Sometimes', undefined, 400, 'InvalidParameterValueException'],
  ])('rejects %s', async (_what, payload, type, name, status, errorType) => {
    expect(await invoke(payload, type, name)).toMatchObject({
      status,
      headers: { 'x-amzn-errortype': errorType },
      json: { Type: 'User', Message: expect.any(String) },
    });
    expect(events).toEqual([]);
  });

  describeWithAwsCli('aws lambda invoke', () => {
    // The AWS CLI takes long to start on a busy machine.
    it('gets what the function returns, and what it throws', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'aws-lambda-invoke-'));
      const file = join(folder, 'output.json');
      const invokeByCli = async () => {
        const args = ['lambda', 'invoke', '--function-name', arn, '--payload', '{"a":1}', file];
        const { json } = await aws(`http://127.0.0.1:${gateway.port}`, ...args);
        return { json, output: JSON.parse(await readFile(file, 'utf8')) };
      };
      const returned = await invokeByCli();
      act = () => {
        throw new Failure('OtpRejected', 'Incorrect OTP format');
      };
      const thrown = await invokeByCli();
      await rm(folder, { recursive: true });

      expect(returned).toEqual({
        json: { StatusCode: 200, ExecutedVersion: '$LATEST' },
        output: { status: 'verified' },
      });
      expect(events[0]).toEqual({ a: 1 });
      expect(thrown).toMatchObject({
        json: { StatusCode: 200, FunctionError: 'Unhandled' },
        output: { errorType: 'OtpRejected', errorMessage: 'Incorrect OTP format' },
      });
    }, 600_000);
  });
});
