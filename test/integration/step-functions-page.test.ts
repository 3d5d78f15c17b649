import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, it, jest } from '@jest/globals';
import { listenOnLoopback } from '../../lib/sandbox/loopback/loopback-server.ts';
import { whyNotInstalled } from '../support/installed-program.ts';
import { run } from '../support/run.ts';

// The AWS CLI takes long on a busy machine.
jest.setTimeout(60_000);

const skipped =
  whyNotInstalled('aws', ['--version'], /^aws-cli\/[12]\./) ?? whyNotInstalled('jq', ['--version'], /^jq-1/);
const itWithTools = skipped ? it.skip : it;

const responses: Readonly<Record<string, object>> = {
  'AWSStepFunctions.StartExecution': { executionArn: 'arn:of-execution', startDate: 1 },
  'AmazonSQS.ReceiveMessage': {
    Messages: [{ MessageId: 'id', ReceiptHandle: 'handle', Body: '{"task_token":"AQC8","attempt":1}' }],
  },
  'AmazonSQS.DeleteMessage': {},
  'AWSStepFunctions.SendTaskSuccess': {},
  'AWSStepFunctions.DescribeExecution': { status: 'SUCCEEDED', output: '{"status":"verified"}' },
};

itWithTools(
  `docs/step-functions.md has commands that work with the AWS CLI${skipped ? ` (skipped: ${skipped})` : ''}`,
  async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/step-functions.md'), 'utf8');
    const [, commands = ''] = /### Commands[\s\S]*?```sh\n([\s\S]*?)^```/m.exec(page) ?? [];
    const requests: unknown[] = [];
    const server = await listenOnLoopback(
      createServer(async (request, response) => {
        const target = String(request.headers['x-amz-target']);
        requests.push({ target, input: await json(request) });
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(responses[target]));
      }),
      0,
      'PORT',
    );
    const folder = await mkdtemp(join(tmpdir(), 'commands-'));
    const endpoint = `http://127.0.0.1:${server.port}`;
    const result = await run(
      'sh',
      // Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL for SQS.
      ['-euc', commands.replaceAll('aws sqs', `aws --endpoint-url ${endpoint} sqs`)],
      {
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: 'FAKE',
        AWS_SECRET_ACCESS_KEY: 'fake',
        AWS_DEFAULT_REGION: 'ap-south-1',
        STATE_MACHINE_ARN: 'arn:aws:states:ap-south-1:000000000000:stateMachine:Passwords',
        QUEUE_URL: `${endpoint}/000000000000/passwords`,
      },
      folder,
    );
    await rm(folder, { recursive: true });
    await server.close();

    expect(result).toMatchObject({ status: 0, stdout: expect.stringContaining('"SUCCEEDED"') });
    expect(requests).toEqual([
      {
        target: 'AWSStepFunctions.StartExecution',
        input: {
          stateMachineArn: expect.stringContaining(':stateMachine:Passwords'),
          input: expect.stringContaining('"tenant_id":"acme"'),
        },
      },
      { target: 'AmazonSQS.ReceiveMessage', input: expect.objectContaining({ WaitTimeSeconds: 20 }) },
      { target: 'AmazonSQS.DeleteMessage', input: expect.objectContaining({ ReceiptHandle: 'handle' }) },
      {
        target: 'AWSStepFunctions.SendTaskSuccess',
        input: { taskToken: 'AQC8', output: '{"otp":"671242"}' },
      },
      { target: 'AWSStepFunctions.DescribeExecution', input: { executionArn: 'arn:of-execution' } },
    ]);
  },
);
