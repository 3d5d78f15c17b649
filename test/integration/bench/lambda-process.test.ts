import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../../bench/lambda-runtime/certificates.ts';
import { startLambdaProcess } from '../../../bench/lambda-runtime/lambda-process.ts';

describe('startLambdaProcess', () => {
  let taskRoot: string;
  beforeEach(async () => {
    taskRoot = await mkdtemp(join(tmpdir(), 'task-root-'));
  });
  afterEach(() => rm(taskRoot, { recursive: true }));

  const deploy = (source: string) => writeFile(join(taskRoot, 'index.mjs'), source);

  it('returns the result of the handler, which sees what Lambda provides', async () => {
    await deploy(`export const handler = async (event, context) => {
      console.log('seen', event.word);
      return { event, region: process.env.AWS_REGION, own: process.env.OWN, home: process.env.HOME,
        id: context.awsRequestId, leftMs: context.getRemainingTimeInMillis() };
    };`);
    await using lambda = await startLambdaProcess({ taskRoot, environment: { OWN: 'setting' } });
    const { payload, requestId, errorType } = await lambda.invoke({ word: 'हाँ' }, 5000);
    expect(errorType).toBeUndefined();
    expect(payload).toEqual({
      event: { word: 'हाँ' },
      region: 'ap-south-1',
      own: 'setting',
      id: requestId,
      leftMs: expect.any(Number),
    });
    expect((payload as { leftMs: number }).leftMs).toBeLessThanOrEqual(5000);
    expect(await lambda.output()).toBe('seen हाँ\n');
  });

  it('is ready after its init phase, and counts what it prints', async () => {
    await deploy(`await new Promise((resolve) => setTimeout(resolve, 50));
      console.log('init');
      export const handler = async () => { console.log('first'); };`);
    await using lambda = await startLambdaProcess({ taskRoot });
    expect(await lambda.ready).toBeGreaterThan(lambda.startedAt);
    expect(await lambda.outputBytes()).toBe('init\n'.length);
    await lambda.invoke({});
    expect(await lambda.outputBytes()).toBe('init\nfirst\n'.length);
  });

  it('reports what the handler throws and continues', async () => {
    await deploy(`export const handler = async ({ fail }) => {
      if (fail) throw Object.assign(new Error('useless'), { name: 'Refused' });
    };`);
    await using lambda = await startLambdaProcess({ taskRoot });
    const failed = await lambda.invoke({ fail: true });
    expect(failed.errorType).toBe('Refused');
    expect(failed.payload).toEqual({
      errorType: 'Refused',
      errorMessage: 'useless',
      trace: expect.arrayContaining([expect.stringContaining('at handler')]),
    });
    expect((await lambda.invoke({})).payload).toBeNull();
  });

  it('reports why a handler could not be loaded', async () => {
    await deploy(`throw new Error('SETTING must be a number');`);
    await using lambda = await startLambdaProcess({ taskRoot });
    await expect(lambda.invoke({})).rejects.toThrow(/failed to start.*SETTING must be a number/);
  });

  it('reports how a process ended and what it had printed', async () => {
    await deploy(`export const handler = async () => { console.log('last words'); process.exit(3); };`);
    await using lambda = await startLambdaProcess({ taskRoot });
    await expect(lambda.invoke({})).rejects.toThrow(/ended with status 3\.\nlast words/);
  });

  it('processes AWS_LAMBDA_MAX_CONCURRENCY invocations at a time', async () => {
    await deploy(`let waiting = [];
      export const handler = () => new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 3) for (const done of waiting) done('together');
      });`);
    await using lambda = await startLambdaProcess({
      taskRoot,
      environment: { AWS_LAMBDA_MAX_CONCURRENCY: '3' },
    });
    const results = await Promise.all([lambda.invoke({}), lambda.invoke({}), lambda.invoke({})]);
    expect(results.map(({ payload }) => payload)).toEqual(['together', 'together', 'together']);
  });

  it.each([
    ['a good certificate', ['upstream.example'], undefined, 'hello upstream.example'],
    ["another name's certificate", ['other.example'], undefined, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an expired certificate', ['upstream.example'], new Date(Date.now() - 1000), 'CERT_HAS_EXPIRED'],
  ])('redirects a TLS connection and verifies its original host: %s', async (_, names, notAfter, seen) => {
    const authority = await createCertificateAuthority();
    const upstream = createServer(await authority.issue(names, notAfter), (request, response) => {
      response.end(`hello ${request.headers.host}`);
    });
    await new Promise<void>((listening) => upstream.listen(0, '127.0.0.1', listening));
    await deploy(`import { get } from 'node:https';
      import { text } from 'node:stream/consumers';
      export const handler = () => new Promise((resolve) => {
        get('https://upstream.example/', async (response) => resolve(await text(response)))
          .on('error', (error) => resolve(error.code));
      });`);
    try {
      await using lambda = await startLambdaProcess({
        taskRoot,
        trust: authority.cert,
        redirect: { 'upstream.example:443': (upstream.address() as AddressInfo).port },
      });
      expect((await lambda.invoke({})).payload).toBe(seen);
    } finally {
      upstream.closeAllConnections();
      upstream.close();
    }
  });
});
