import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../certificates.ts';
import { startLambdaProcess } from './lambda-process.ts';

describe('a Lambda process', () => {
  let taskRoot: string;
  beforeEach(async () => {
    taskRoot = await mkdtemp(join(tmpdir(), 'task-root-'));
  });
  afterEach(() => rm(taskRoot, { recursive: true }));

  const deploy = (source: string) => writeFile(join(taskRoot, 'index.mjs'), source);

  it('answers with what the handler returns, and shows the handler what Lambda shows', async () => {
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

  it('reports what the handler throws, and goes on', async () => {
    await deploy(`export const handler = async ({ fail }) => {
      if (fail) throw Object.assign(new Error('of no use'), { name: 'Refused' });
    };`);
    await using lambda = await startLambdaProcess({ taskRoot });
    const failed = await lambda.invoke({ fail: true });
    expect(failed.errorType).toBe('Refused');
    expect(failed.payload).toEqual({
      errorType: 'Refused',
      errorMessage: 'of no use',
      trace: expect.arrayContaining([expect.stringContaining('at handler')]),
    });
    expect((await lambda.invoke({})).payload).toBeNull();
  });

  it('says why a handler could not be loaded', async () => {
    await deploy(`throw new Error('SETTING must be a number');`);
    await using lambda = await startLambdaProcess({ taskRoot });
    await expect(lambda.invoke({})).rejects.toThrow(/failed to start.*SETTING must be a number/);
  });

  it('says how a process ended, with what it had printed', async () => {
    await deploy(`export const handler = async () => { console.log('last words'); process.exit(3); };`);
    await using lambda = await startLambdaProcess({ taskRoot });
    await expect(lambda.invoke({})).rejects.toThrow(/ended with status 3\.\nlast words/);
  });

  it('keeps as many invocations in flight as AWS_LAMBDA_MAX_CONCURRENCY says', async () => {
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
  ])('redirects a TLS connection and checks it by its own host: %s', async (_, names, notAfter, seen) => {
    const authority = await createCertificateAuthority();
    const upstream = createServer(await authority.issue(names, notAfter), (request, response) => {
      response.end(`hello ${request.headers.host}`);
    });
    await new Promise<void>((listening) => upstream.listen(0, '127.0.0.1', listening));
    await deploy(`import { get } from 'node:https';
      import { text } from 'node:stream/consumers';
      export const handler = () => new Promise((resolve) => {
        get('https://upstream.example/', async (answer) => resolve(await text(answer)))
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
