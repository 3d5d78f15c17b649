import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDelayingProxy } from '../../../bench/delay-connections.ts';
import { createCertificateAuthority } from '../../../bench/lambda-runtime/certificates.ts';
import { startLambdaProcess } from '../../../bench/lambda-runtime/lambda-process.ts';

const source = `import { get } from 'node:https';
  import { text } from 'node:stream/consumers';
  if (process.env.BROKEN) throw new Error('SETTING must be a number');
  console.log('init');
  const actions = {
    echo: (event, context) => ({ word: event.word, region: process.env.AWS_REGION, own: process.env.OWN,
      home: process.env.HOME, id: context.awsRequestId, leftMs: context.getRemainingTimeInMillis() }),
    fail: () => { throw Object.assign(new Error('useless'), { name: 'Refused' }); },
    nothing: () => {},
    exit: () => { console.log('last words'); process.exit(3); },
    get: () => new Promise((resolve) => {
      get('https://upstream.example/', async (response) => resolve(await text(response)))
        .on('error', (error) => resolve(error.code));
    }),
  };
  export const handler = async (event, context) => actions[event.action](event, context);`;

describe('startLambdaProcess', () => {
  let taskRoot: string;
  beforeAll(async () => {
    taskRoot = await mkdtemp(join(tmpdir(), 'task-root-'));
    await writeFile(join(taskRoot, 'index.mjs'), source);
  });
  afterAll(() => rm(taskRoot, { recursive: true }));

  it('returns what the handler returns, throws and prints, until its process ends', async () => {
    await using lambda = await startLambdaProcess({ taskRoot, environment: { OWN: 'setting' } });
    expect(await lambda.ready).toBeGreaterThan(lambda.startedAt);
    const { payload, requestId, errorType } = await lambda.invoke({ action: 'echo', word: 'हाँ' }, 5000);
    const seen = {
      word: 'हाँ',
      region: 'ap-south-1',
      own: 'setting',
      id: requestId,
      leftMs: expect.any(Number),
    };
    expect({ payload, errorType }).toEqual({ payload: seen });
    expect((payload as { leftMs: number }).leftMs).toBeLessThanOrEqual(5000);
    expect(await lambda.invoke({ action: 'fail' })).toMatchObject({
      errorType: 'Refused',
      payload: { errorType: 'Refused', errorMessage: 'useless', trace: expect.any(Array) },
    });
    expect((await lambda.invoke({ action: 'nothing' })).payload).toBeNull();
    await expect(lambda.invoke({ action: 'exit' })).rejects.toMatchObject({ ending: 'status 3' });
    await expect(lambda.invoke({})).rejects.toThrow('last words');
    expect(await lambda.output()).toBe('init\nlast words\n');
  });

  it('reports why a handler could not be loaded', async () => {
    await using lambda = await startLambdaProcess({ taskRoot, environment: { BROKEN: '1' } });
    await expect(lambda.invoke({})).rejects.toThrow(/failed to start.*SETTING must be a number/);
  });

  it.each([
    ['a good certificate', 'upstream.example', undefined, 'hello upstream.example'],
    ["another name's certificate", 'other.example', undefined, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an expired certificate', 'upstream.example', new Date(Date.now() - 1000), 'CERT_HAS_EXPIRED'],
  ])('redirects a TLS connection and verifies its original host: %s', async (_, name, notAfter, seen) => {
    const authority = await createCertificateAuthority();
    const upstream = createServer(await authority.issue([name], notAfter), (request, response) => {
      response.end(`hello ${request.headers.host}`);
    });
    await new Promise<void>((listening) => upstream.listen(0, '127.0.0.1', listening));
    const proxy = await startDelayingProxy((upstream.address() as AddressInfo).port, 10);
    const redirect = { 'upstream.example:443': proxy.port };
    try {
      await using lambda = await startLambdaProcess({ taskRoot, trust: authority.cert, redirect });
      expect((await lambda.invoke({ action: 'get' })).payload).toBe(seen);
    } finally {
      proxy.close();
      upstream.closeAllConnections();
      upstream.close();
    }
  });
});
