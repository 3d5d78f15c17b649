import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { startHttpGateway } from '../../../../../lib/sandbox/gateway/http-gateway.ts';
import type { LambdaContext } from '../../../../../lib/sandbox/gateway/lambda-context.ts';
import type { LoopbackServer } from '../../../../../lib/sandbox/loopback/loopback-server.ts';
import { aws, describeWithAwsCli } from '../../../../support/aws-cli.ts';

// The AWS CLI takes long on a busy machine.
jest.setTimeout(30_000);

const arn = 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number';

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
  gateway = await startHttpGateway({
    port: 0,
    lambda: () => ({ handler, region: 'ap-south-1', timeoutMs: 17_000 }),
    needsToken: false,
  });
});

afterAll(() => gateway.close());

beforeEach(() => {
  events = [];
  contexts = [];
  act = () => ({ status: 'verified' });
});

const invoke = async (name: string, payload: string | Buffer, headers: Record<string, string> = {}) => {
  const response = await fetch(`http://127.0.0.1:${gateway.port}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers,
    body: payload,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? undefined : JSON.parse(text),
  };
};

describe('Lambda’s Invoke', () => {
  it.each([
    'verify-phone-number',
    'verify-phone-number:live',
    encodeURIComponent(arn),
    encodeURIComponent(`${arn}:live`),
    encodeURIComponent('000000000000:function:verify-phone-number'),
  ])('invokes the function by the name %s', async (name) => {
    const response = await invoke(name, '{"otp":"123456"}');

    expect(response).toMatchObject({ status: 200, json: { status: 'verified' } });
    expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST');
    expect(response.headers.get('x-amz-function-error')).toBeNull();
    expect(events).toEqual([{ otp: '123456' }]);
    expect(contexts[0]?.invokedFunctionArn).toBe(arn);
  });

  it('accepts a qualifier in the query', async () => {
    const url = `http://127.0.0.1:${gateway.port}/2015-03-31/functions/verify-phone-number/invocations?Qualifier=live`;

    expect(await (await fetch(url, { method: 'POST', body: '{}' })).json()).toEqual({ status: 'verified' });
  });

  it('reports an error of the function as Lambda does', async () => {
    act = () => {
      throw new Failure('AlreadyVerified', 'wa phone number already approved');
    };
    const response = await invoke('verify-phone-number', '{}');

    expect(response.status).toBe(200);
    expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(response.json).toEqual({
      errorType: 'AlreadyVerified',
      errorMessage: 'wa phone number already approved',
      trace: expect.arrayContaining(['AlreadyVerified: wa phone number already approved']),
    });
  });

  it('responds with null if the function returns nothing', async () => {
    act = () => undefined;

    expect(await invoke('verify-phone-number', '{}')).toMatchObject({ status: 200, json: null });
  });

  it('passes an empty object on if there is no payload', async () => {
    await invoke('verify-phone-number', '');

    expect(events).toEqual([{}]);
  });

  it('responds to an event before the function ends', async () => {
    let finish: (value: unknown) => void = () => undefined;
    act = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const response = await invoke('verify-phone-number', '{"a":1}', { 'x-amz-invocation-type': 'Event' });
    finish(undefined);

    expect(response).toMatchObject({ status: 202, json: undefined });
    expect(events).toEqual([{ a: 1 }]);
  });

  it('survives an event for which the function fails', async () => {
    act = () => {
      throw new Error('no caller waits for this');
    };

    expect(await invoke('verify-phone-number', '{}', { 'x-amz-invocation-type': 'Event' })).toMatchObject({
      status: 202,
    });
  });

  it('does not call the function for a dry run', async () => {
    const response = await invoke('verify-phone-number', '{}', { 'x-amz-invocation-type': 'DryRun' });

    expect(response.status).toBe(204);
    expect(events).toEqual([]);
  });

  describe('for bad input', () => {
    it.each([
      ['an unknown function', 'nobody', '{}', {}, 404, 'ResourceNotFoundException'],
      ['a payload that is not JSON', 'verify-phone-number', '{', {}, 400, 'InvalidRequestContentException'],
      [
        'a payload that is not UTF-8',
        'verify-phone-number',
        Buffer.from([0x22, 0xff, 0x22]),
        {},
        400,
        'InvalidRequestContentException',
      ],
      [
        'an unknown invocation type',
        'verify-phone-number',
        '{}',
        { 'x-amz-invocation-type': 'Sometimes' },
        400,
        'InvalidParameterValueException',
      ],
    ])('rejects %s', async (_what, name, payload, headers, status, type) => {
      const response = await invoke(name, payload, headers);

      expect(response).toMatchObject({ status, json: { Type: 'User', Message: expect.any(String) } });
      expect(response.headers.get('x-amzn-errortype')).toBe(type);
      expect(events).toEqual([]);
    });

    it('what is not Invoke', async () => {
      const response = await fetch(`http://127.0.0.1:${gateway.port}/2015-03-31/functions/`);

      expect(response.status).toBe(404);
      expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
    });
  });

  describeWithAwsCli('aws lambda invoke', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'aws-lambda-invoke-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const invokeByCli = async (file: string) => {
      const output = join(folder, file);
      const { json, error } = await aws(
        `http://127.0.0.1:${gateway.port}`,
        ...['lambda', 'invoke', '--function-name', arn, '--payload', '{"a":1}', output],
      );
      expect(error).toBe('');
      return { json, output: JSON.parse(await readFile(output, 'utf8')) };
    };

    it('gets what the function returns', async () => {
      expect(await invokeByCli('returned.json')).toEqual({
        json: { StatusCode: 200, ExecutedVersion: '$LATEST' },
        output: { status: 'verified' },
      });
      expect(events).toEqual([{ a: 1 }]);
    });

    it('gets what the function throws', async () => {
      act = () => {
        throw new Failure('OtpRejected', 'Incorrect OTP format');
      };

      expect(await invokeByCli('thrown.json')).toMatchObject({
        json: { StatusCode: 200, FunctionError: 'Unhandled' },
        output: { errorType: 'OtpRejected', errorMessage: 'Incorrect OTP format' },
      });
    });
  });
});
