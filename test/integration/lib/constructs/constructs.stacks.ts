/** Stacks of other CDK apps that use the constructs with typed props. */
import { type App, Aws, CfnParameter, Duration, Fn, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { CfnEIP, type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { AccountRootPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { NumberVerification } from '../../../../lib/constructs/number-verification.ts';
import type { NumberVerificationProps } from '../../../../lib/constructs/number-verification-props.ts';
import { NumberVerificationStack } from '../../../../lib/constructs/number-verification-stack.ts';
import { PasswordWorkflow } from '../../../../lib/step-functions/password-workflow.ts';

const env = { region: 'ap-south-1', account: '111122223333' };
const tokens = {
  authorization: 'jwt',
  jwtIssuer: 'https://issuer.example.com',
  jwtAudience: 'verify',
} as const;

/**
 * Adds the construct to a stack that already has resources.
 * @param use what the stack does with the construct
 */
const addTo =
  (
    createProps: (stack: Stack) => NumberVerificationProps = () => ({}),
    use: (verification: NumberVerification, stack: Stack) => unknown = () => undefined,
  ) =>
  (app: App) => {
    const stack = new Stack(app, 'Payments', { env });
    return use(new NumberVerification(stack, 'Verification', createProps(stack)), stack);
  };

const grantVerify = (tenantId: string, props: NumberVerificationProps = {}) =>
  addTo(
    () => props,
    (verification, stack) => {
      verification.grantVerify(
        new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() }),
        tenantId,
      );
    },
  );

const createVpc = (stack: Stack): IVpc => new Vpc(stack, 'Vpc') as IVpc;
const importTopic = (stack: Stack) =>
  Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:111122223333:a');
const createTokenAuthorizer = () =>
  new HttpJwtAuthorizer('Custom', 'https://custom.example.com', { jwtAudience: ['custom'] }) as NonNullable<
    NumberVerificationProps['authorizer']
  >;

/** What a consumer in JavaScript can pass. */
const untyped = (props: object): NumberVerificationProps => props;

const withTokens: Readonly<Record<string, (stack: Stack) => NumberVerificationProps>> = {
  'a user pool': (stack) => {
    const pool = new UserPool(stack, 'Pool');
    const { userPoolClientId } = pool.addClient('Client');
    return { authorization: 'jwt', jwtIssuer: pool.userPoolProviderUrl, jwtAudience: userPoolClientId };
  },
  'a certificate': (stack) => ({
    domainName: 'verify.example.com',
    certificate: new Certificate(stack, 'Certificate', { domainName: 'verify.example.com' }),
  }),
  'an address': (stack) => ({
    staticEgress: true,
    egressAllocationId: new CfnEIP(stack, 'Address', {}).attrAllocationId,
  }),
  'the stack’s name': () => ({ secretPrefix: `${Aws.STACK_NAME}/` }),
  parameters: (stack) => {
    const parameter = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
    return {
      memoryMb: parameter,
      throttleRate: parameter,
      reservedConcurrency: parameter,
      provisionedConcurrency: parameter,
      countAttempts: true,
      tenantRequestsPerMinute: parameter,
      secretTtl: Duration.seconds(parameter),
      secretKeyArn: [Fn.importValue('key')],
      problemTypeBase: Fn.importValue('page'),
    };
  },
};

const rejected: Readonly<Record<string, (stack: Stack) => NumberVerificationProps>> = {
  'options that have typed props': () =>
    untyped({
      certificateArn: 'arn',
      vpcId: 'vpc',
      subnetIds: Fn.split(',', Fn.importValue('s')),
      alarmTopicArn: Fn.importValue('t'),
      logKeyArn: 'arn',
      logRetentionDays: 7,
      secretTtlSeconds: 60,
      kaleyraTimeoutMs: 5000,
    }),
  'invalid values': () =>
    untyped({
      pod: 'MARS',
      memoryMb: '512',
      throttleRate: 0,
      secretTtl: Duration.hours(2),
      kaleyraTimeout: Duration.millis(new CfnParameter(new Stack(), 'N', { type: 'Number' }).valueAsNumber),
      jwtAudience: ['one', 'two words'],
      ...{ authorization: 'jwt', jwtIssuer: 'https://issuer.example.com' },
    }),
  conflicts: (stack) => ({
    authorizer: createTokenAuthorizer(),
    authorization: 'iam',
    attemptsOnFailure: 'allow',
    vpc: createVpc(stack),
    staticEgress: true,
    alarms: false,
    alarmTopic: new Topic(stack, 'Topic') as ITopic,
    alarmEmail: 'ops@example.com',
    secretKeyArn: 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000',
    secretKeys: [new Key(stack, 'Key') as IKey],
  }),
  'resources of another region': (stack) => ({
    alarmTopic: importTopic(stack),
    domainName: 'verify.example.com',
    certificate: Certificate.fromCertificateArn(
      stack,
      'C',
      'arn:aws:acm:us-east-1:111122223333:certificate/a',
    ),
    secretKeyArn: ['a', 'b'].map((id) => `arn:aws:kms:eu-west-1:111122223333:key/${id}`),
  }),
  'an authorizer that lets everybody in': () => ({ authorizer: new HttpNoneAuthorizer() }),
  'an authorizer for tokens without a claim': () => ({ authorizer: createTokenAuthorizer() }),
  'a claim without tokens': () => ({
    jwtTenantClaim: 'org',
    authorizer: new HttpLambdaAuthorizer(
      'Custom',
      new LambdaFunction(new Stack(), 'Authorizer', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = async () => ({ isAuthorized: false });'),
      }),
    ),
  }),
};

const nameKeys = <T>(prefix: string, values: Readonly<Record<string, T>>) =>
  Object.entries(values).map(([name, value]) => [`${prefix}: ${name}`, value] as const);

const pods = { 'ap-south-1': {}, 'ap-southeast-1': {}, 'eu-west-1': {}, 'us-east-1': {}, 'me-south-1': {} };

export const scenarios = {
  construct: addTo(undefined, (verification) => ({
    pod: verification.pod,
    created: Object.keys(verification).filter((name) => verification[name as keyof NumberVerification]),
    alarms: Object.keys(verification.observability.alarms),
  })),
  'two constructs': addTo(
    () => ({}),
    (_verification, stack) => {
      new NumberVerification(stack, 'Second', { secretPrefix: 'second/' });
    },
  ),
  'two constructs with one secret': addTo(
    () => ({}),
    (_verification, stack) => {
      new NumberVerification(stack, 'Second');
    },
  ),
  'two constructs that share the secret': addTo(
    () => ({}),
    (_verification, stack) => {
      new NumberVerification(stack, 'Second', { releaseCheckSecret: 'existing' });
    },
  ),
  'the smallest stack': (app: App) => {
    new NumberVerificationStack(app, 'Smallest', { env, alarms: false, releases: 'none' });
  },
  'an emergency release': addTo(() => ({ releases: 'none' })),
  'releases without alarms': addTo(() => ({ alarms: false })),
  grantInvoke: addTo(undefined, (verification, stack) => {
    verification.grantInvoke(
      new Role(stack, 'Workflow', { assumedBy: new ServicePrincipal('states.amazonaws.com') }),
    );
  }),
  'grantVerify: acme': grantVerify('acme'),
  'grantVerify: a token': grantVerify(Lazy.string({ produce: () => 'globex' })),
  'grantVerify: tokens': grantVerify('acme', tokens),
  'grantVerify: other ids': () =>
    ['*', 'acme/*', 'acme?', '..', '', 'acme whatsapp', 'a'.repeat(65)].map((tenantId) => {
      const stack = new Stack(undefined, undefined, { env });
      const verification = new NumberVerification(stack, 'Verification');
      try {
        verification.grantVerify(new AccountRootPrincipal(), tenantId);
        return 'granted';
      } catch (error) {
        return String(error);
      }
    }),
  'a given VPC': addTo((stack) => ({ vpc: createVpc(stack) })),
  'given subnets and security groups': addTo((stack) => {
    const vpc = createVpc(stack);
    const group = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-01234567') as ISecurityGroup;
    return { vpc, vpcSubnets: { subnets: vpc.privateSubnets.slice(0, 1) }, securityGroups: [group] };
  }),
  'a given topic': addTo((stack) => ({ alarmTopic: new Topic(stack, 'Topic') as ITopic })),
  'a given bus': addTo((stack) => ({ outcomeEvents: new EventBus(stack, 'Bus') as IEventBus })),
  'given keys': addTo((stack) => ({
    secretPrefix: 'prod/',
    secretKeys: [new Key(stack, 'One') as IKey, new Key(stack, 'Two') as IKey],
    logEncryptionKey: new Key(stack, 'LogKey') as IKey,
    logRetention: RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
  })),
  'a given authorizer': addTo(() => ({ authorizer: createTokenAuthorizer(), jwtTenantClaim: 'org' })),
  'the shortest timeout': addTo(() => ({ kaleyraTimeout: Duration.millis(100) })),
  'the longest timeout': addTo(() => ({ kaleyraTimeout: Duration.seconds(18) })),
  'static egress with counting': addTo(() => ({ staticEgress: true, countAttempts: true })),
  'static egress': addTo(() => ({ staticEgress: true, removalPolicy: RemovalPolicy.DESTROY })),
  'static egress that is left': addTo(() => ({ staticEgress: true, countAttempts: true, leaveVpc: true })),
  'no region': () => {
    new NumberVerification(new Stack(), 'Verification');
  },
  'pod of the props': (app: App) =>
    new NumberVerificationStack(app, 'Verification', { env: { region: 'me-south-1' }, pod: 'EU' }).pod,
  ...Object.fromEntries(
    Object.keys(pods).map((region) => [
      `pod of ${region}`,
      (app: App) => new NumberVerificationStack(app, 'Verification', { env: { region } }).pod,
    ]),
  ),
  ...Object.fromEntries(nameKeys('tokens', withTokens).map(([name, create]) => [name, addTo(create)])),
  ...Object.fromEntries(nameKeys('rejected', rejected).map(([name, create]) => [name, addTo(create)])),
  'consumer with cdk-nag': addTo(
    () => ({ alarmEmail: 'ops@example.com', staticEgress: true, countAttempts: true, outcomeEvents: true }),
    (verification, stack) => {
      new PasswordWorkflow(stack, 'Workflow', { verifyNumber: verification.verifyNumber });
      const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
      for (const tenantId of ['acme', 'globex']) verification.grantVerify(caller, tenantId);
    },
  ),
};

export const validated = ['consumer with cdk-nag'];
