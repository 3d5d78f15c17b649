import { Agent, createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KaleyraSimulator, startKaleyraSimulator } from '../../../../lib/sandbox/kaleyra/simulator.ts';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback-server.ts';
import type { EndpointOfPod } from '../../../../lib/tenant-tool/probe-credentials.ts';
import { apiKey, otherKey, runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();

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

const at = (port: number) =>
  ({ protocol: 'http:', hostname: '127.0.0.1', port, agent: new Agent() }) as const;
const endpointOf: EndpointOfPod = () => at(kaleyra.port);

describe('check --probe', () => {
  const probe = async (secret: object, ...args: string[]) => {
    tool.secretsManager.put('kaleyra/acme', JSON.stringify(secret));
    return runTool(['check', 'acme', '--probe', ...args], undefined, endpointOf);
  };

  it('has Kaleyra take SID and key, by a request that can verify nothing', async () => {
    const { status, stdout } = await probe({ sid: 'FAKESIDACME', apiKey });
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /pod IN \(api\.in\.kaleyra\.io\) takes SID and key\..*: WA400, invalid phone number\n$/,
      ),
    ]);
    expect(seenByKaleyra).toEqual([expect.objectContaining({ wabaId: '0', id: '0' })]);
  });

  it('has Kaleyra reject them', async () => {
    const { status, stderr } = await probe({ sid: 'FAKESIDACME', apiKey: otherKey });
    expect([status, stderr]).toEqual([1, expect.stringContaining('rejects SID or key (RBC001')]);
  });

  it('asks the pod of the region, or the one that is named', async () => {
    const { stderr } = await probe({ sid: 'FAKESIDACME', apiKey: otherKey }, '--region', 'eu-west-1');
    expect(stderr).toContain('pod EU (api.eu.kaleyra.io)');
    const named = await probe(
      { sid: 'FAKESIDACME', apiKey: otherKey },
      '--region',
      'eu-west-1',
      '--pod',
      'SG',
    );
    expect(named.stderr).toContain('pod SG (api.ap.kaleyra.io)');
    const none = await probe({ sid: 'FAKESIDACME', apiKey }, '--region', 'sa-east-1');
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('--pod IN|SG|EU|NA')]);
  });

  it('says that it does not know when Kaleyra says neither', async () => {
    const failing = await listenOnLoopback(
      createServer((_, response) => response.writeHead(502).end()),
      0,
      '',
    );
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stderr } = await runTool(['check', 'acme', '--probe'], undefined, () => at(failing.port));
    await failing.close();
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('did not say whether it takes SID and key'),
    ]);
  });
});
