import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback/loopback-server.ts';
import { AwsServiceError } from '../../../../lib/sandbox/secrets-manager/store.ts';
import { pipedTerminal } from '../../../support/fake-terminal.ts';
import { startRegions } from '../../../support/regional-secrets-managers.ts';
import { acme, apiKey, runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
const endpoint = () => `http://127.0.0.1:${tool.secretsManager.port}`;

describe('the tenant tool', () => {
  it('prints region and endpoint first, and no account for an emulator without STS', async () => {
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = endpoint();
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const { status, stderr } = await runTool('list');
    expect([status, stderr.split('\n')[0]]).toEqual([0, `AWS region ap-south-1, endpoint ${endpoint()}`]);
  });

  it('prints the account that STS reports, and passes the KMS key on', async () => {
    const requests: string[] = [];
    const aws = await listenOnLoopback(
      createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        requests.push(body);
        if (body.startsWith('Action=GetCallerIdentity')) {
          const result = '<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>';
          response.end(`<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
        } else if (String(request.headers['x-amz-target']).endsWith('GetSecretValue')) {
          response.writeHead(400).end('{"__type":"ResourceNotFoundException"}');
        } else response.end('{}');
      }),
      0,
      '',
    );
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${aws.port}`;
    const line = `put acme --sid ${acme.sid} --kms-key-id alias/fake --region eu-west-1`;
    const { status, stderr } = await runTool(line, pipedTerminal(apiKey));
    await aws.close();
    const where = `AWS account 123456789012, region eu-west-1, endpoint http://127.0.0.1:${aws.port}\n`;
    expect([status, stderr]).toEqual([0, where]);
    expect(JSON.parse(requests.at(-1) ?? '')).toMatchObject({ Name: 'kaleyra/acme', KmsKeyId: 'alias/fake' });
  });

  it.each([
    ['region', 'AWS_REGION', '--region'],
    ['credentials', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE'],
  ])('reports that no %s is configured', async (_name, variable, advice) => {
    delete process.env[variable];
    const { status, stderr } = await runTool('list');
    expect([status, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^No AWS .*${advice}.*\n$`))]);
  });

  it('prints an error of Secrets Manager with its name', async () => {
    tool.failWith(new AwsServiceError('AccessDeniedException', 'User is not authorized'));
    const { status, stderr } = await runTool('check acme');
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/\nAccessDeniedException: User is not authorized\n$/),
    ]);
  });

  it.each([
    ['put acme --sid FAKESIDACME', pipedTerminal(apiKey)],
    ['import FILE', undefined],
  ])('removes keys, SIDs and control characters from errors after %s', async (line, terminal) => {
    const folder = mkdtempSync(join(tmpdir(), 'tenant-'));
    const file = join(folder, 'tenants.jsonl');
    writeFileSync(file, JSON.stringify({ tenant_id: 'acme', ...acme }), { mode: 0o600 });
    const fullWidth = apiKey.replaceAll(/[a-z]/g, (letter) =>
      String.fromCodePoint(letter.charCodeAt(0) + 0xfee0),
    );
    const echo = `\u001b[2J${secretOfAcme} ${apiKey.toUpperCase()} ${fullWidth} ${[...apiKey].join('\u200b')}\r`;
    tool.failWith(({ operation }) =>
      operation === 'CreateSecret' ? new AwsServiceError('InvalidParameterException', echo) : undefined,
    );
    const { status, stderr } = await runTool(line.replace('FILE', file), terminal);
    rmSync(folder, { recursive: true });
    expect([status, stderr]).toEqual([1, expect.stringContaining('InvalidParameterException: ')]);
    expect(stderr.normalize('NFKC').replaceAll('\u200b', '')).not.toMatch(/fake-api-key|FAKESIDACME/i);
    expect(stderr).not.toMatch(/[^\P{C}\n]/u);
  });

  it('works in several regions', async () => {
    const regions = await startRegions(['ap-south-1', 'eu-west-1']);
    const run = (line: string, key = '') =>
      runTool(`${line} --region eu-west-1,ap-south-1`, pipedTerminal(key));
    regions.in('eu-west-1').put('kaleyra/acme', secretOfAcme);
    expect((await run(`put acme --sid ${acme.sid} --replace`, apiKey)).stdout).toMatch(
      /^Replaced kaleyra\/acme in eu-west-1\.\nCreated kaleyra\/acme in ap-south-1\.\n/,
    );
    regions.in('ap-south-1').put('kaleyra/globex', secretOfAcme);
    expect((await run('list')).stdout.replaceAll(/\t[^\t]+Z\n/g, '\n')).toBe(
      'acme\tap-south-1\nacme\teu-west-1\nglobex\tap-south-1\n',
    );
    const { stdout, stderr } = await run('check --all');
    expect(stdout).toBe(
      'eu-west-1: 1 correct, 0 failed, 0 not done\nap-south-1: 2 correct, 0 failed, 0 not done\n',
    );
    expect(stderr).toMatch(/^AWS region eu-west-1, .*\nAWS region ap-south-1, .*\n$/);
    expect((await run('remove globex --yes')).stderr).toContain('kaleyra/globex in eu-west-1');
    await regions.close();
  });
});
