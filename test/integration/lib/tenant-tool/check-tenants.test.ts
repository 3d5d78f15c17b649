import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback/loopback-server.ts';
import { type RunningSandbox, startSandbox } from '../../../../lib/sandbox/start-sandbox.ts';
import { findKaleyra } from '../../../../lib/tenant-tool/probe-credentials.ts';
import {
  acme,
  apiKey,
  operatorEnvironment,
  otherKey,
  runTool,
  secretOfAcme,
  useSecretsManager,
} from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();

describe('check', () => {
  it('accepts the documented format', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stdout } = await runTool('check acme');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^kaleyra\/acme in ap-south-1 .*FAKESIDACME.* 20 /),
    ]);
  });

  it.each([
    ['text', 'not JSON'],
    ['a key with a space', JSON.stringify({ ...acme, apiKey: `${apiKey} ` })],
    ['a SID with a slash', JSON.stringify({ sid: '../x', apiKey })],
    ['binary', Buffer.from('binary')],
  ])('rejects another format: %s', async (_name, value) => {
    tool.secretsManager.put('kaleyra/acme', value);
    expect(await runTool('check acme')).toMatchObject({ status: 1, stdout: '' });
  });

  it('names a secret that does not exist, and the command that lists them', async () => {
    const { status, stderr } = await runTool('check acm');
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/kaleyra\/acm in ap-south-1\..*npm run tenant -- list/),
    ]);
  });
});

describe('check --all', () => {
  it('counts tenants whose secrets have the documented format, and names the others, by reason', async () => {
    for (const id of ['acme', 'globex', '_release-check'])
      tool.secretsManager.put(`kaleyra/${id}`, secretOfAcme);
    expect(await runTool('check --all')).toMatchObject({
      status: 0,
      stdout: 'ap-south-1: 2 correct, 0 failed, 0 not done\n',
    });
    for (const id of ['broken', 'cracked']) tool.secretsManager.put(`kaleyra/${id}`, '{}');
    const { status, stdout, stderr } = await runTool('check --all');
    expect([status, stdout]).toEqual([1, 'ap-south-1: 2 correct, 2 failed, 0 not done\n']);
    expect(stderr).toMatch(/^Failed in ap-south-1: broken, cracked: .*secret_format/m);
  });
});

describe('check --probe with the sandbox', () => {
  let sandbox: RunningSandbox;
  const start = async (environment: Record<string, string> = {}) => {
    sandbox = await startSandbox({ environment });
    process.env = operatorEnvironment(sandbox.urls.secretsManager);
  };
  beforeEach(() => start());
  afterEach(() => sandbox.close());

  it("asks the sandbox's Kaleyra, with a request that cannot verify a number", async () => {
    const { status, stdout } = await runTool('check globex --probe');
    expect([status, stdout]).toEqual([0, expect.stringContaining('WA400, invalid phone number')]);
    expect(sandbox.kaleyra?.requestCount).toBe(1);
  });

  it('fails if Kaleyra rejects the credentials, or has the account in another pod', async () => {
    sandbox.secretsManager?.put('kaleyra/acme', JSON.stringify({ ...acme, apiKey: otherKey }));
    for (const line of ['check acme --probe', 'check globex --probe --pod SG']) {
      expect(await runTool(line)).toMatchObject({ status: 1, stderr: expect.stringContaining('(RBC001') });
    }
    const { stderr } = await runTool('check --all --probe');
    expect(stderr).toMatch(/^Failed in ap-south-1: (.*, )?acme\b.*RBC001/m);
  });

  it('fails if Kaleyra says neither', async () => {
    const failing = await listenOnLoopback(
      createServer((_, response) => response.writeHead(502).end()),
      0,
      '',
    );
    const { status, stderr } = await runTool('check globex --probe', undefined, async () => ({
      description: 'A failing Kaleyra',
      endpoint: { protocol: 'http:', hostname: '127.0.0.1', port: failing.port },
      pathPrefix: '',
    }));
    await failing.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining('A failing Kaleyra did not say')]);
  });

  it('sends no key if the sandbox uses another Kaleyra', async () => {
    const other = sandbox;
    await start({ KALEYRA_BASE_URL: other.urls.kaleyra });
    const { status, stderr } = await runTool('check globex --probe');
    await other.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining('KALEYRA_BASE_URL')]);
    expect(other.kaleyra?.requestCount).toBe(0);
  });
});

describe('findKaleyra', () => {
  const endpoint = 'https://secretsmanager.eu-west-1.amazonaws.com';
  const atKaleyra = (hostname: string) => ({ endpoint: { protocol: 'https:', hostname }, pathPrefix: '' });

  it.each([
    ['eu-west-1', undefined, 'api.eu.kaleyra.io'],
    ['eu-west-1', 'SG', 'api.ap.kaleyra.io'],
  ] as const)('selects the API domain of the pod in %s with --pod %s', async (region, pod, hostname) => {
    expect(await findKaleyra({ region, endpoint }, pod)).toMatchObject(atKaleyra(hostname));
  });

  it('needs --pod in a region without a default pod', async () => {
    await expect(findKaleyra({ region: 'sa-east-1', endpoint }, undefined)).rejects.toThrow(
      '--pod IN|SG|EU|NA',
    );
  });

  it('selects the API domain for another emulator on loopback, whatever it responds', async () => {
    const description = JSON.stringify({ kaleyra_port: 1, pod: 'IN', hostname: 'attacker.example' });
    const emulator = await listenOnLoopback(
      createServer((_, response) => response.end(description)),
      0,
      '',
    );
    const local = { region: 'eu-west-1', endpoint: `http://127.0.0.1:${emulator.port}` };
    expect(await findKaleyra(local, undefined)).toMatchObject(atKaleyra('api.eu.kaleyra.io'));
    await emulator.close();
  });
});
