import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');
// Each test starts the CDK CLI, which starts the app.
jest.setTimeout(60_000);

let output: string;
beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'cdk-'));
});
afterEach(() => rm(output, { recursive: true }));

/** Runs the project’s own CDK CLI as on a machine that knows no AWS account. */
const synth = (...args: string[]): Promise<{ status: number; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      join(root, 'node_modules/.bin/cdk'),
      ['synth', '--quiet', '--no-notices', '--output', output, ...args],
      {
        cwd: root,
        env: {
          PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
          // Where no credentials and no configuration are.
          HOME: output,
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      },
      (error, _stdout, stderr) => resolve({ status: Number(error?.code ?? 0), stderr }),
    );
  });

/** Pods by stack. */
const podsOf = async (): Promise<Record<string, string>> => {
  const files = (await readdir(output)).filter((name) => name.endsWith('.template.json'));
  const entries = files.map(async (file) => {
    const { Resources } = JSON.parse(await readFile(join(output, file), 'utf8'));
    const pods = Object.values<{ Properties?: { Environment?: { Variables: Record<string, string> } } }>(
      Resources,
    )
      .map(({ Properties }) => Properties?.Environment?.Variables['KALEYRA_POD'])
      .filter((pod) => pod !== undefined);
    return [file.replace('.template.json', ''), pods.join()];
  });
  return Object.fromEntries(await Promise.all(entries));
};

describe('npx cdk synth, with no AWS account', () => {
  it('makes one stack, in the region that the CLI is left with', async () => {
    expect(await synth()).toMatchObject({ status: 0 });
    expect(await podsOf()).toEqual({ 'KaleyraNumberVerification-us-east-1': 'NA' });
  });

  it('makes one stack for each of four regions, each with its own pod', async () => {
    const regions = 'ap-south-1,ap-southeast-1,eu-west-1,us-east-1';
    expect(await synth('-c', `regions=${regions}`)).toMatchObject({ status: 0 });
    expect(await podsOf()).toEqual({
      'KaleyraNumberVerification-ap-south-1': 'IN',
      'KaleyraNumberVerification-ap-southeast-1': 'SG',
      'KaleyraNumberVerification-eu-west-1': 'EU',
      'KaleyraNumberVerification-us-east-1': 'NA',
    });
  });

  it('makes the workflow’s stack beside it, if asked', async () => {
    expect(await synth('-c', 'passwordWorkflow=true', '-c', 'regions=eu-west-1')).toMatchObject({
      status: 0,
    });
    expect(Object.keys(await podsOf()).sort()).toEqual([
      'KaleyraNumberVerification-eu-west-1',
      'KaleyraPasswordWorkflow-eu-west-1',
    ]);
  });

  it('refuses what is wrong in words, without a stack trace', async () => {
    const { status, stderr } = await synth(
      '-c',
      'regions=me-south-1',
      '-c',
      'removalPolicy=burn',
      '-c',
      'pods=EU',
      '-c',
      'throttle-rate=5',
    );
    expect(status).toBe(1);
    expect(stderr).toContain('There is no option pods. The options are regions, pod, ');
    expect(stderr).toContain('There is no option throttle-rate.');
    expect(stderr).toContain('Option removalPolicy is "burn". It must be one of retain, destroy.');
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
