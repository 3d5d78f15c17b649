import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback-server.ts';
import { pipedStdin } from '../../../support/fake-terminal.ts';
import { apiKey, runTool, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
const endpoint = () => `http://127.0.0.1:${tool.secretsManager.port}`;

describe('before it touches anything, the tool says where', () => {
  it('names region and endpoint, and that the account is not known where there is no STS', async () => {
    const { status, stderr } = await runTool(['list']);
    const where = `AWS account unknown (STS does not say), region ap-south-1, endpoint ${endpoint()}\n`;
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^AWS account /)]);
    expect(stderr.startsWith(where)).toBe(true);
  });

  it('names the account that STS says it is, and sends the KMS key that it was given', async () => {
    const requests: string[] = [];
    const aws = await listenOnLoopback(
      createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        requests.push(body);
        if (body.startsWith('Action=GetCallerIdentity')) {
          const result = '<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>';
          response.end(`<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
        } else if (String(request.headers['x-amz-target']).endsWith('DescribeSecret')) {
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
    const { status, stderr } = await runTool(args, pipedStdin(apiKey));
    await aws.close();
    expect([status, stderr]).toEqual([
      0,
      `AWS account 123456789012, region eu-west-1, endpoint http://127.0.0.1:${aws.port}\n`,
    ]);
    expect(JSON.parse(requests.at(-1) ?? '')).toMatchObject({ Name: 'kaleyra/acme', KmsKeyId: 'alias/fake' });
  });

  it("heeds the endpoint of Secrets Manager's own", async () => {
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = endpoint();
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const { status, stderr } = await runTool(['list']);
    expect([status, stderr]).toEqual([0, expect.stringContaining(`endpoint ${endpoint()}\n`)]);
  });
});

describe('the tool stops', () => {
  it('without a region', async () => {
    delete process.env['AWS_REGION'];
    const { status, stderr } = await runTool(['list']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^There is no AWS region: give --region,.*\n$/),
    ]);
  });

  it('without credentials', async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    const { status, stderr } = await runTool(['list']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^There are no AWS credentials .*AWS_PROFILE.*\n$/),
    ]);
  });
});
