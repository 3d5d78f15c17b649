import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback/loopback-server.ts';
import { pipedTerminal } from '../../../support/fake-terminal.ts';
import { apiKey, runTool, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
const endpoint = () => `http://127.0.0.1:${tool.secretsManager.port}`;

describe('the tenant tool', () => {
  it('prints region and endpoint first, and that the account is unknown without STS', async () => {
    const { status, stderr } = await runTool(['list']);
    const where = `AWS account unknown (no response from STS), region ap-south-1, endpoint ${endpoint()}\n`;
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^AWS account /)]);
    expect(stderr.startsWith(where)).toBe(true);
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
    const args = [
      'put',
      'acme',
      '--sid',
      'FAKESIDACME',
      '--kms-key-id',
      'alias/fake',
      '--region',
      'eu-west-1',
    ];
    const { status, stderr } = await runTool(args, pipedTerminal(apiKey));
    await aws.close();
    expect([status, stderr]).toEqual([
      0,
      `AWS account 123456789012, region eu-west-1, endpoint http://127.0.0.1:${aws.port}\n`,
    ]);
    expect(JSON.parse(requests.at(-1) ?? '')).toMatchObject({ Name: 'kaleyra/acme', KmsKeyId: 'alias/fake' });
  });

  it('prefers AWS_ENDPOINT_URL_SECRETS_MANAGER to AWS_ENDPOINT_URL', async () => {
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = endpoint();
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const { status, stderr } = await runTool(['list']);
    expect([status, stderr]).toEqual([0, expect.stringContaining(`endpoint ${endpoint()}\n`)]);
  });

  it('prints a line for each region', async () => {
    const { status, stderr } = await runTool(['list', '--region', 'ap-south-1,eu-west-1']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/ap-south-1, .*\n.* eu-west-1, /)]);
  });

  it('reports that no region is configured', async () => {
    delete process.env['AWS_REGION'];
    const { status, stderr } = await runTool(['list']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^No AWS region is configured\. Pass --region,.*\n$/),
    ]);
  });

  it('reports that no credentials are configured', async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    const { status, stderr } = await runTool(['list']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^No AWS credentials were found .*AWS_PROFILE.*\n$/),
    ]);
  });
});
