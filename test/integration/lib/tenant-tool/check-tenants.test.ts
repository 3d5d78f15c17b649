import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KaleyraSimulator, startKaleyraSimulator } from '../../../../lib/sandbox/kaleyra/simulator.ts';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback/loopback-server.ts';
import { AwsServiceError } from '../../../../lib/sandbox/secrets-manager/store.ts';
import { findKaleyra } from '../../../../lib/tenant-tool/kaleyra-to-probe.ts';
import { apiKey, otherKey, runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

let kaleyra: KaleyraSimulator;
const seenByKaleyra: unknown[] = [];
beforeAll(async () => {
  kaleyra = await startKaleyraSimulator({
    accounts: [{ sid: 'FAKESIDACME', apiKeys: [apiKey], pod: 'IN' }],
    pod: 'IN',
    onRequest: (request) => seenByKaleyra.push(request),
  });
});
afterAll(() => kaleyra.close());

const tool = useSecretsManager(() => ({ kaleyra: { port: kaleyra.port, pod: 'IN' } }));

describe('check', () => {
  it('accepts the documented format', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stdout } = await runTool(['check', 'acme']);
    const format =
      'kaleyra/acme in ap-south-1 has the documented format: SID FAKESIDACME, an API key of 20 characters.\n';
    expect([status, stdout]).toEqual([0, format]);
  });

  it.each([
    ['not JSON', 'the documented format'],
    [JSON.stringify({ sid: 'FAKESIDACME', apiKey: `${apiKey} ` }), 'the documented format'],
    [JSON.stringify({ sid: '../x', apiKey }), 'the documented format'],
    [Buffer.from('binary'), 'kaleyra/acme is binary'],
  ])('rejects another format (%#)', async (value, message) => {
    tool.secretsManager.put('kaleyra/acme', value);
    const { status, stdout, stderr } = await runTool(['check', 'acme']);
    expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
  });

  it('reports a secret that does not exist or may not be read', async () => {
    expect((await runTool(['check', 'nobody'])).stderr).toContain('There is no such secret');
    tool.failWith(new AwsServiceError('AccessDeniedException', 'User is not authorized'));
    const { status, stderr } = await runTool(['check', 'acme']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/\nAccessDeniedException: User is not authorized\n$/),
    ]);
  });
});

describe('check --probe with the sandbox', () => {
  const probe = async (secret: object, ...args: string[]) => {
    tool.secretsManager.put('kaleyra/acme', JSON.stringify(secret));
    return runTool(['check', 'acme', '--probe', ...args]);
  };

  it("asks the sandbox's Kaleyra, with a request that cannot verify a number", async () => {
    const { status, stdout } = await probe({ sid: 'FAKESIDACME', apiKey });
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /\nThe sandbox's Kaleyra, pod IN \(127\.0\.0\.1:\d+\) accepts SID and key\..*: WA400, invalid phone number\n$/,
      ),
    ]);
    expect(seenByKaleyra).toEqual([expect.objectContaining({ wabaId: '0', id: '0' })]);
  });

  it('reports that Kaleyra rejects them', async () => {
    const { status, stderr } = await probe({ sid: 'FAKESIDACME', apiKey: otherKey });
    expect([status, stderr]).toEqual([1, expect.stringContaining('rejects SID or key (RBC001')]);
  });

  it('reports an account of another pod', async () => {
    const { status, stderr } = await probe({ sid: 'FAKESIDACME', apiKey }, '--pod', 'SG');
    expect([status, stderr]).toEqual([1, expect.stringContaining('pod SG')]);
  });

  it('reports that Kaleyra says neither', async () => {
    const failing = await listenOnLoopback(
      createServer((_, response) => response.writeHead(502).end()),
      0,
      '',
    );
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stderr } = await runTool(['check', 'acme', '--probe'], undefined, async () => ({
      description: 'A failing Kaleyra',
      endpoint: { protocol: 'http:', hostname: '127.0.0.1', port: failing.port },
      pathPrefix: '',
    }));
    await failing.close();
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('A failing Kaleyra did not say whether it accepts SID and key'),
    ]);
  });
});

describe('check --all', () => {
  const storeTenants = () => {
    for (const id of ['acme', 'globex', 'initech', '_release-check']) {
      tool.secretsManager.put(`kaleyra/${id}`, secretOfAcme);
    }
  };

  it('accepts tenants whose secrets have the documented format', async () => {
    storeTenants();
    const { status, stdout } = await runTool(['check', '--all']);
    expect([status, stdout]).toEqual([0, 'ap-south-1: 3 correct, 0 failed, 0 not done\n']);
  });

  it('names the others, by reason', async () => {
    storeTenants();
    for (const id of ['broken', 'cracked']) tool.secretsManager.put(`kaleyra/${id}`, '{}');
    const rejected = JSON.stringify({ sid: 'FAKESIDACME', apiKey: otherKey });
    tool.secretsManager.put('kaleyra/rejected', rejected);
    const { status, stdout, stderr } = await runTool(['check', '--all', '--probe']);
    expect([status, stdout]).toEqual([1, 'ap-south-1: 3 correct, 3 failed, 0 not done\n']);
    expect(stderr).toMatch(/\nFailed in ap-south-1: broken, cracked: .*documented format.*\n/);
    expect(stderr).toMatch(/\nFailed in ap-south-1: rejected: .*rejects SID or key/);
  });
});

describe('findKaleyra', () => {
  const region = 'eu-west-1';
  const endpoint = 'https://secretsmanager.eu-west-1.amazonaws.com';
  const secretsManagerEndpoint = () => `http://127.0.0.1:${tool.secretsManager.port}`;

  it("selects the region's pod or the given one at AWS", async () => {
    const byRegion = await findKaleyra({ region, endpoint }, undefined);
    expect(byRegion.description).toBe("Kaleyra's pod EU (api.eu.kaleyra.io)");
    expect(byRegion.endpoint).toEqual({ protocol: 'https:', hostname: 'api.eu.kaleyra.io' });
    const given = await findKaleyra({ region, endpoint }, 'SG');
    expect(given.endpoint).toEqual({ protocol: 'https:', hostname: 'api.ap.kaleyra.io' });
  });

  it('needs --pod in a region without a default pod', async () => {
    await expect(findKaleyra({ region: 'sa-east-1', endpoint }, undefined)).rejects.toThrow(
      '--pod IN|SG|EU|NA',
    );
  });

  it("selects the sandbox's Kaleyra if Secrets Manager is the sandbox's", async () => {
    const found = await findKaleyra({ region, endpoint: secretsManagerEndpoint() }, undefined);
    expect(found.endpoint).toEqual({ protocol: 'http:', hostname: '127.0.0.1', port: kaleyra.port });
  });

  it("selects Kaleyra's API domain for another emulator on loopback, whatever it responds", async () => {
    const description = JSON.stringify({ kaleyra_port: 1, pod: 'IN', hostname: 'attacker.example' });
    const emulator = await listenOnLoopback(
      createServer((_, response) => response.end(description)),
      0,
      '',
    );
    const found = await findKaleyra({ region, endpoint: `http://127.0.0.1:${emulator.port}` }, undefined);
    await emulator.close();
    expect(found.endpoint).toEqual({ protocol: 'https:', hostname: 'api.eu.kaleyra.io' });
  });
});
