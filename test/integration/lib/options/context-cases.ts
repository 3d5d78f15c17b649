/** Contexts of `npx cdk deploy`, and what is read from them: what the deployments contain, or the whole error. */
interface ContextCase {
  readonly context: Readonly<Record<string, unknown>>;
  readonly deployments?: readonly object[];
  readonly unused?: readonly string[];
  readonly error?: string;
}

const getTopic = (region: string) => `arn:aws:sns:${region}:111122223333:alarms`;
const role = 'arn:aws:iam::111122223333:role/backend';
const regions = {
  'ap-south-1': { alarmTopicArn: getTopic('ap-south-1'), memoryMb: 2048 },
  'eu-west-1': { alarmTopicArn: getTopic('eu-west-1'), passwordWorkflow: true },
};
const ownOptions = [
  { region: 'ap-south-1', options: { memoryMb: 2048, alarmTopicArn: getTopic('ap-south-1') } },
  { region: 'eu-west-1', options: { memoryMb: 1024, passwordWorkflow: true } },
];

export const contextCases: Readonly<Record<string, ContextCase>> = {
  'the current region by default': { context: {}, deployments: [{ region: 'us-east-1', options: {} }] },
  'a list of regions, with the same options': {
    context: { regions: 'ap-south-1, eu-west-1', memoryMb: '1024' },
    deployments: [
      { region: 'ap-south-1', options: { memoryMb: 1024 } },
      { region: 'eu-west-1', options: { memoryMb: 1024 } },
    ],
  },
  'the own options of regions, which take precedence': {
    context: { regions, memoryMb: '1024' },
    deployments: ownOptions,
  },
  'the own options of regions as JSON': {
    context: { regions: JSON.stringify(regions), memoryMb: '1024' },
    deployments: ownOptions,
  },
  'secrets of a stage, which are apart': {
    context: { stage: 'staging' },
    deployments: [{ options: { stage: 'staging', secretPrefix: 'kaleyra-staging/' } }],
  },
  'secrets of a stage with a prefix': {
    context: { stage: 'staging', secretPrefix: 'test/' },
    deployments: [{ options: { secretPrefix: 'test/' } }],
  },
  'roles by tenant as pairs': {
    context: { verifyRoleArns: `acme=${role}, globex=${role},acme=${role}2` },
    deployments: [{ options: { verifyRoleArns: { acme: [role, `${role}2`], globex: [role] } } }],
  },
  'roles by tenant as JSON': {
    context: { verifyRoleArns: JSON.stringify({ acme: role }) },
    deployments: [{ options: { verifyRoleArns: { acme: [role] } } }],
  },
  'alarms to leave out': {
    context: { alarms: 'Latency,Throttles' },
    deployments: [{ options: { alarms: { except: ['Latency', 'Throttles'] } } }],
  },
  'other names': { context: { team: 'payments', costCentre: 7 }, unused: ['team', 'costCentre'] },
  "the CDK's own context": {
    context: {
      '@aws-cdk/core:checkSecretUsage': true,
      'availability-zones:account=111122223333:region=eu-west-1': [],
      'cli-telemetry': false,
      'acknowledged-issue-numbers': [1],
    },
    unused: [],
  },
  'a problem in the own options of a region': {
    context: { regions: { 'ap-south-1': { memoryMb: 1 }, 'eu-west-1': {} } },
    error: 'Option memoryMb is 1. It must be a whole number from 128 to 10240. (region ap-south-1)',
  },
  'a problem of all regions': {
    context: { regions: 'ap-south-1,eu-west-1', memoryMb: '1' },
    error: 'Option memoryMb is "1". It must be a whole number from 128 to 10240.',
  },
  'options that one region cannot have': {
    context: { regions: { 'ap-south-1': { stage: 'test', regions: 'eu-west-1', memory: 512, team: 'a' } } },
    error: [
      'Option stage cannot be set for one region. (region ap-south-1)',
      'Option regions cannot be set for one region. (region ap-south-1)',
      'There is no option memory. Did you mean memoryMb? (region ap-south-1)',
      'There is no option team. See docs/options.md. (region ap-south-1)',
    ].join('\n'),
  },
  'names that resemble an option': {
    context: { memorymb: 1, pods: 'EU', 'throttle-rate': 5, SECRETKEYARN: 'x' },
    error: [
      'There is no option memorymb. Did you mean memoryMb?',
      'There is no option pods. Did you mean pod?',
      'There is no option throttle-rate. Did you mean throttleRate?',
      'There is no option SECRETKEYARN. Did you mean secretKeyArn?',
    ].join('\n'),
  },
  'a topic of another region': {
    context: { regions: 'ap-south-1,eu-west-1', alarmTopicArn: getTopic('ap-south-1') },
    error: "Option alarmTopicArn is in ap-south-1. It must be in the stack's region, eu-west-1.",
  },
  'options that miss another one, or exclude it': {
    context: {
      attemptsOnFailure: 'allow',
      domainName: 'verify.example.com',
      vpcId: 'vpc-00000000',
      staticEgress: 'true',
    },
    error: [
      'Option attemptsOnFailure has an effect only with countAttempts.',
      'Option domainName needs certificateArn.',
      'Option vpcId excludes staticEgress.',
      'Option vpcId needs subnetIds.',
    ].join('\n'),
  },
};

/** Values that an option must not accept: what a slip or an attack would change. */
export const rejectedValues: Readonly<Record<string, readonly unknown[]>> = {
  secretPrefix: ['', 'kaleyra', 'kaleyra/*', 'é/'],
  secretKeyArn: ['alias/kaleyra', 'arn:aws:kms:us-east-1:111122223333:key/*'],
  authorization: ['none', 'NONE', '', false, null],
  jwtIssuer: ['http://issuer.example.com', 'https://'],
  jwtAudience: ['', ',', 'a,a'],
  jwtTenantClaim: ['', 'two words'],
  problemTypeBase: ['http://docs.example.com', 'https://docs.example.com/#problems'],
  domainName: ['https://verify.example.com', 'Verify.Example.com', 'localhost'],
  certificateArn: ['arn:aws:kms:us-east-1:111122223333:key/a'],
  egressAllocationId: ['203.0.113.7'],
  vpcId: ['vpc-xyz'],
  subnetIds: ['vpc-01234567'],
  alarms: ['yes', ''],
  alarmEmail: ['ops', 'a b@example.com'],
  outcomeEvents: ['default', getTopic('us-east-1')],
  logRetentionDays: ['0', '9999'],
  regions: ['', 'moon', 'us-east-1,us-east-1', [], 7, '{"us-east-1"', { moon: {} }, { 'us-east-1': 1 }],
  stage: ['Prod', '1st', 'a'.repeat(21)],
  verifyRoleArns: ['', role, '{"acme"', 'acme=', `*=${role}`, {}, { acme: [] }, [role]],
  invokeRoleArns: ['', 'backend', `${role}*`],
};
