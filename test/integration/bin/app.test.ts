import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../support/run.ts';

const root = join(import.meta.dirname, '../../..');

let output: string;
beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'cdk-'));
});
afterAll(() => rm(output, { recursive: true }));

/** Runs the project's CDK CLI as on a machine without an AWS account. */
const synthesize = (...args: string[]) =>
  run(
    join(root, 'node_modules/.bin/cdk'),
    ['synth', '--quiet', '--no-notices', '--output', output, ...args],
    {
      PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
      // A folder without credentials and configuration.
      HOME: output,
      AWS_EC2_METADATA_DISABLED: 'true',
      // The tests of lib/constructs validate the templates, which takes most of the time.
      CDK_VALIDATION: 'false',
    },
    root,
  );

// The tests of lib/options show what the app does with each option.
describe('npx cdk synth', () => {
  it('needs no AWS account, prints the pod, and lists once what is not an option', async () => {
    const { status, stderr } = await synthesize('-c', 'team=payments');
    expect(status).toBe(0);
    expect(stderr).toContain("KaleyraNumberVerification-us-east-1 uses Kaleyra's NA pod.\n");
    expect(stderr.match(/Not used, because they are not options: team\./g)).toHaveLength(1);
    const templates = (await readdir(output)).filter((name) => name.endsWith('.template.json'));
    expect(templates).toEqual(['KaleyraNumberVerification-us-east-1.template.json']);
  }, 300_000);

  it('rejects invalid options from the command line, without a stack trace', async () => {
    const { status, stderr } = await synthesize('-c', 'memorymb=512', '-c', 'regions=me-south-1');
    expect(status).toBe(1);
    expect(stderr).toContain('There is no option memorymb. Did you mean memoryMb?');
    expect(stderr).not.toMatch(/^ +at /m);
  }, 300_000);
});
