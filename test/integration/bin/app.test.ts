import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import cdkSettings from '../../../cdk.json' with { type: 'json' };
import { type Run, run } from '../../support/run.ts';

const root = join(import.meta.dirname, '../../..');

let output: string;
beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'cdk-'));
});
afterEach(() => rm(output, { recursive: true }));

/** Runs the project's CDK CLI as on a machine without an AWS account. */
const runCli = (...args: string[]): Promise<Run> =>
  run(
    join(root, 'node_modules/.bin/cdk'),
    ['synth', '--quiet', '--no-notices', '--output', output, ...args],
    {
      PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
      // A folder without credentials and configuration.
      HOME: output,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    root,
  );

/** Runs the app as the CLI does, which takes seconds longer. */
const runApp = (context: Readonly<Record<string, unknown>>): Promise<Run> =>
  run(process.execPath, [join(root, 'bin/app.ts')], {
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify({ ...cdkSettings.context, ...context }),
  });

interface Template {
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

const readTemplate = async (stackName: string): Promise<Template> =>
  JSON.parse(await readFile(join(output, `${stackName}.template.json`), 'utf8'));

const stackNames = async (): Promise<string[]> =>
  (await readdir(output))
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => name.replace('.template.json', ''))
    .sort();

const getProperties = ({ Resources }: Template, type: string) =>
  Object.values(Resources).flatMap(({ Type, Properties }) =>
    Type === type && Properties ? [Properties] : [],
  );

const role = 'arn:aws:iam::111122223333:role/backend';

describe('npx cdk synth', () => {
  it('needs no AWS account, and prints the pod of the stack', async () => {
    const { status, stderr } = await runCli();
    expect(status).toBe(0);
    expect(stderr).toContain("KaleyraNumberVerification-us-east-1 uses Kaleyra's NA pod.\n");
    expect(await stackNames()).toEqual(['KaleyraNumberVerification-us-east-1']);
  });

  it('rejects an invalid option from the command line, without a stack trace', async () => {
    const { status, stderr } = await runCli('-c', 'memorymb=512');
    expect(status).toBe(1);
    expect(stderr).toContain('There is no option memorymb. Did you mean memoryMb?');
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('the app', () => {
  it('creates one stack in each region, with the pod and the options of the region', async () => {
    const regions = JSON.stringify({
      'ap-south-1': { alarmTopicArn: 'arn:aws:sns:ap-south-1:111122223333:alarms' },
      'ap-southeast-1': {},
      'eu-west-1': { passwordWorkflow: true },
      'us-east-1': {},
    });
    const { status, stderr } = await runApp({ regions, stage: 'staging' });
    expect(status).toBe(0);
    expect(await stackNames()).toEqual([
      'KaleyraNumberVerification-staging-ap-south-1',
      'KaleyraNumberVerification-staging-ap-southeast-1',
      'KaleyraNumberVerification-staging-eu-west-1',
      'KaleyraNumberVerification-staging-us-east-1',
      'KaleyraPasswordWorkflow-staging-eu-west-1',
    ]);
    expect(stderr.match(/uses Kaleyra's \w+ pod/g)).toEqual(
      ['IN', 'SG', 'EU', 'NA'].map((pod) => `uses Kaleyra's ${pod} pod`),
    );
    const template = await readTemplate('KaleyraNumberVerification-staging-ap-south-1');
    const alarms = getProperties(template, 'AWS::CloudWatch::Alarm');
    expect(alarms).not.toHaveLength(0);
    for (const { AlarmName, AlarmActions } of alarms) {
      expect(AlarmName).toMatch(/^KaleyraNumberVerification-staging-ap-south-1-/);
      expect(AlarmActions).toEqual(['arn:aws:sns:ap-south-1:111122223333:alarms']);
    }
  });

  it('grants roles, with policies whose names differ between regions', async () => {
    const { status } = await runApp({
      regions: 'ap-south-1,eu-west-1',
      verifyRoleArns: `acme=${role},globex=${role}`,
      invokeRoleArns: role,
      answerRoleArns: role,
      passwordWorkflow: 'true',
    });
    expect(status).toBe(0);
    const policies = await Promise.all(
      (await stackNames()).map(async (name) => {
        const all = getProperties(await readTemplate(name), 'AWS::IAM::Policy');
        return all.filter(({ Roles }) => JSON.stringify(Roles) === '["backend"]');
      }),
    );
    expect(policies.map((each) => each.map(({ PolicyName }) => PolicyName))).toEqual([
      ['KaleyraNumberVerification-ap-south-1'],
      ['KaleyraNumberVerification-eu-west-1'],
      ['KaleyraPasswordWorkflow-ap-south-1'],
      ['KaleyraPasswordWorkflow-eu-west-1'],
    ]);
    const [verification = [], , workflow = []] = policies.map((each) => JSON.stringify(each));
    expect(verification).toContain('/$default/POST/tenants/acme/whatsapp/*/number/verify');
    expect(verification).toContain('/$default/POST/tenants/globex/whatsapp/*/number/verify');
    expect(verification).toContain('lambda:InvokeFunction');
    expect(workflow).toContain('states:SendTaskSuccess');
  });

  it('prints how to remove the workflow when it is off, and keeps what a deployed workflow imports', async () => {
    const getExports = async () => {
      const { Outputs = {} } = await readTemplate('KaleyraNumberVerification-ap-south-1');
      return Object.entries(Outputs).filter(([name]) => name.startsWith('ExportsOutput'));
    };
    const withWorkflow = await runApp({ regions: 'ap-south-1', passwordWorkflow: 'true' });
    expect(withWorkflow.stderr).not.toContain('passwordWorkflow is off');
    const exported = await getExports();
    expect(exported).toHaveLength(1);
    const workflow = JSON.stringify(await readTemplate('KaleyraPasswordWorkflow-ap-south-1'));
    expect(workflow).toContain(
      `{"Fn::ImportValue":"KaleyraNumberVerification-ap-south-1:${exported[0]?.[0]}"}`,
    );
    expect(workflow).not.toContain('Fn::GetStackOutput');
    const { stderr } = await runApp({ regions: 'ap-south-1' });
    const target = '--region ap-south-1 --stack-name KaleyraPasswordWorkflow-ap-south-1';
    expect(stderr).toContain(
      'passwordWorkflow is off. If KaleyraPasswordWorkflow-ap-south-1 was deployed before, delete it:\n' +
        `aws cloudformation update-termination-protection --no-enable-termination-protection ${target}\n` +
        `aws cloudformation delete-stack ${target}\n`,
    );
    expect(await getExports()).toEqual(exported);
  }, 60_000);

  it('gives the workflow alarms that notify the topic of the other stack, and the key for logs', async () => {
    const logKeyArn = 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000';
    const alarmEmail = 'operators@example.com';
    await runApp({ regions: 'ap-south-1', passwordWorkflow: 'true', alarmEmail, logKeyArn });
    const workflow = await readTemplate('KaleyraPasswordWorkflow-ap-south-1');
    const alarms = getProperties(workflow, 'AWS::CloudWatch::Alarm');
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      'KaleyraPasswordWorkflow-ap-south-1-WorkflowFailures',
      'KaleyraPasswordWorkflow-ap-south-1-WorkflowTimeouts',
      'KaleyraPasswordWorkflow-ap-south-1-PasswordQueueAge',
    ]);
    // A weak reference, so that another address can be deployed.
    const topic = {
      'Fn::GetStackOutput': expect.objectContaining({ StackName: 'KaleyraNumberVerification-ap-south-1' }),
    };
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([topic]);
    expect(getProperties(workflow, 'AWS::SNS::Topic')).toEqual([]);
    for (const { KmsKeyId } of getProperties(workflow, 'AWS::Logs::LogGroup'))
      expect(KmsKeyId).toBe(logKeyArn);
  });

  it('lists context that is not an option once, and continues', async () => {
    const { status, stderr } = await runApp({ team: 'payments', regions: 'ap-south-1,eu-west-1' });
    expect(status).toBe(0);
    expect(stderr.match(/Not used, because they are not options: team\./g)).toHaveLength(1);
  });

  it('reports everything that is wrong, without a stack trace', async () => {
    const { status, stderr } = await runApp({
      regions: 'me-south-1',
      removalPolicy: 'burn',
      pods: 'EU',
      'throttle-rate': '5',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('There is no option pods. Did you mean pod?');
    expect(stderr).toContain('There is no option throttle-rate. Did you mean throttleRate?');
    expect(stderr).toContain('Option removalPolicy is "burn". It must be one of retain, destroy.');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('rejects a region without a default pod, and names the option', async () => {
    const { status, stderr } = await runApp({ regions: 'me-south-1' });
    expect(status).toBe(1);
    expect(stderr).toContain('Region me-south-1 has no default Kaleyra pod: set option pod to one of');
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
