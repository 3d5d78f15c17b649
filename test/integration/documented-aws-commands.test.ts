import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../lib/tenant-tool/command-line.ts';
import { checkAwsCall, listShellBlocks, recordCalls } from '../support/aws-commands.ts';

const readPage = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

describe('docs/runbook.md', () => {
  const page = readPage('runbook.md');
  const [setup = '', ...blocks] = listShellBlocks(page);
  // Only the first lines need values, as an operator pastes them.
  const record = (commands: string) =>
    recordCalls(`${setup}\n${commands}`, {
      STATE_MACHINE_ARN: 'arn:aws:states:ap-south-1:000000000000:stateMachine:x',
    });

  it('has commands in the section of each alarm, or nothing to paste', () => {
    const [, part = ''] = page.split(/^## Alarms$/m);
    const sections = (part.split(/^## /m)[0] ?? '').split(/^### /m).slice(1);
    const without = sections
      .filter((section) => !section.includes('```sh'))
      .map((section) => section.split('\n')[0]);
    expect(without).toEqual(['UndeliveredEvents', 'PasswordQueueAge']);
    for (const section of sections) {
      expect(section).toContain('(#did-a-release-or-an-option-change-just-happen)');
    }
  });

  it('has commands that bash, the AWS CLI and the tenant tool accept', async () => {
    const { status, stderr, calls } = await record(blocks.join('\n'));
    expect([status, stderr.split('\n').filter((line) => line !== '' && !line.endsWith('\x1f'))]).toEqual([
      0,
      [],
    ]);
    const problems = calls
      .filter(([program]) => program === 'aws')
      .map((call) => [call.join(' '), checkAwsCall(call)]);
    expect(problems.filter(([, problem]) => problem !== '')).toEqual([]);
    expect(problems.length).toBeGreaterThan(25);
    const checks = calls.filter(([program]) => program === 'npm').map(([, ...args]) => args);
    for (const [runScript, script, separator, ...args] of checks) {
      expect([runScript, script, separator]).toEqual(['run', 'tenant', '--']);
      expect(parseCommandLine(args)).toMatchObject({ name: 'check', probe: true, prefix: 'kaleyra/' });
    }
    expect(checks).toHaveLength(2);
  });
});

describe('docs/step-functions.md', () => {
  it('has commands that start an execution, take its message and answer with the password', async () => {
    const [, section = ''] = readPage('step-functions.md').split('### Commands');
    const folder = mkdtempSync(join(tmpdir(), 'commands-'));
    const message = { ReceiptHandle: 'handle', Body: '{"task_token":"AQC8","attempt":1}' };
    const { status, calls } = await recordCalls(
      listShellBlocks(section).join('\n'),
      {
        STATE_MACHINE_ARN: 'arn:aws:states:ap-south-1:000000000000:stateMachine:x',
        QUEUE_URL: 'http://127.0.0.1/000000000000/passwords',
        OUTPUT_receive_message: JSON.stringify({ Messages: [message] }),
        OUTPUT_start_execution: 'arn:of-execution',
      },
      folder,
    );
    rmSync(folder, { recursive: true });
    expect(status).toBe(0);
    for (const call of calls) expect([call, checkAwsCall(call)]).toEqual([call, '']);
    const summaries = calls.map(([, , operation, ...options]) => [operation, ...options.filter(isShown)]);
    expect(summaries).toEqual([
      ['start-execution', expect.stringContaining('"tenant_id":"acme"')],
      ['receive-message'],
      ['delete-message', 'handle'],
      ['send-task-success', 'AQC8', '{"otp":"671242"}'],
      ['describe-execution', 'arn:of-execution'],
    ]);
  });
});

const isShown = (option: string) => /^(\{|AQC8|handle|arn:of)/.test(option);
