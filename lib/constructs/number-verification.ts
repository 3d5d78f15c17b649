import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { limits } from '../../functions/verify-number/config.ts';
import { getDefaultPod, type Pod, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { InvalidOptions, type Options, toRemovalPolicy } from '../options/parse-options.ts';
import { VerifyNumberApi } from './api.ts';
import { selectAuthorization } from './authorization.ts';
import { VerifyNumberFunction } from './function.ts';
import { createLogSettings } from './log-settings.ts';
import { createNetwork, importNetwork, StaticEgress } from './network.ts';
import { type NumberVerificationProps, parseProps } from './number-verification-props.ts';
import { Observability } from './observability.ts';
import { ReleaseCheck } from './release-check.ts';
import { Releases } from './releases.ts';
import { warnAboutTransitions } from './transition-warnings.ts';

/** The function, its HTTP API, alarms and releases. The stack's region selects the Kaleyra pod, unless `pod` does. */
export class NumberVerification extends Construct {
  /** The function's alias `live`, for direct calls. */
  readonly verifyNumber: IFunction;
  /** The function's name, as in its metrics and its log group. */
  readonly functionName: string;
  /** The Kaleyra pod that the function calls. */
  readonly pod: Pod;
  /** The topic that alarms are sent to, for alarms of other stacks. */
  readonly alarmTopic: ITopic | undefined;
  readonly api: HttpApi;
  /** Where to send HTTP requests, without a slash at the end. */
  readonly url: string;
  /** With a custom domain: the name that its DNS record must point to. */
  readonly domainTarget: string | undefined;
  /** With `staticEgress`: the address that Kaleyra sees. */
  readonly egressAddress: string | undefined;
  private readonly verifyNumberApi: VerifyNumberApi;

  /** @throws InvalidOptions with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: NumberVerificationProps = {}) {
    super(scope, id);
    const { region } = Stack.of(this);
    const options = parseProps(props, region);
    warnAboutTransitions(this, options);
    const logs = createLogSettings(this, options, this.selectLogKey(options, props));
    const authorization = selectAuthorization(options, props.authorizer);
    const egress = options.staticEgress
      ? new StaticEgress(this, 'StaticEgress', {
          allocationId: options.egressAllocationId,
          logs,
          removalPolicy: toRemovalPolicy(options),
        })
      : undefined;
    const network = this.selectNetwork(options, props) ?? egress?.network;
    this.pod = selectPod(options, region);
    const givenKeyArns = (props.secretKeys ?? []).map(({ keyArn }) => keyArn);
    const secretKeyArns = [...new Set([...(options.secretKeyArn ?? []), ...givenKeyArns])];

    const verifyFunction = new VerifyNumberFunction(this, 'VerifyNumber', {
      options,
      pod: this.pod,
      secretKeyArns,
      tenantClaim: authorization.tenantClaim,
      logs,
      network,
    });
    const { handler, alias, role, attemptsTableArn } = verifyFunction;
    egress?.allowSecrets(role);
    if (attemptsTableArn) egress?.allowCounting(role, attemptsTableArn);
    // With exactOptionalPropertyTypes, the CDK's classes do not match the CDK's interfaces.
    this.verifyNumber = alias as IFunction;
    this.functionName = handler.functionName;
    this.verifyNumberApi = new VerifyNumberApi(this, 'Api', {
      handler: this.verifyNumber,
      authorization,
      logs,
      options,
    });
    const { countAttempts, attemptsOnFailure, expectTrafficEvery, alarmTopicArn } = options;
    const { stage, throttled, accessDenied } = this.verifyNumberApi;
    const observability = new Observability(this, 'Observability', {
      alias,
      stage,
      throttled,
      accessDenied,
      kaleyraTimeout: Duration.millis(options.kaleyraTimeoutMs),
      tenantRequestsPerMinute: options.tenantRequestsPerMinute ?? limits.tenantRequestsPerMinute.default,
      attemptsOnFailure: countAttempts ? attemptsOnFailure : undefined,
      expectTrafficEvery: expectTrafficEvery === undefined ? undefined : Duration.minutes(expectTrafficEvery),
      logGroup: verifyFunction.logGroup,
      topic: alarmTopicArn ? Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn) : props.alarmTopic,
      email: options.alarmEmail,
    });
    this.alarmTopic = observability.topic;
    const check = new ReleaseCheck(this, 'ReleaseCheck', {
      secretPrefix: options.secretPrefix,
      secretKeyArn: secretKeyArns[0],
      checkedFunction: handler,
      logs,
    });
    new Releases(this, 'Releases', {
      mode: options.releases,
      alias,
      alarms: observability.rollbackAlarms,
      check,
    });
    this.api = this.verifyNumberApi.api;
    this.url = this.verifyNumberApi.url;
    this.domainTarget = this.verifyNumberApi.domainTarget;
    this.egressAddress = egress?.address;
  }

  /**
   * Lets an IAM principal of this account verify numbers of one tenant over HTTP, and of no other tenant.
   * @param tenantId 1-64 characters from `A-Z a-z 0-9 _ -`, or a token
   * @throws Error for any other tenant id, or if callers do not authenticate with IAM
   */
  grantVerify(grantee: IGrantable, tenantId: string): Grant {
    return this.verifyNumberApi.grantVerify(grantee, tenantId);
  }

  /** Lets a principal invoke the function directly, for all tenants. */
  grantInvoke(grantee: IGrantable): Grant {
    return this.verifyNumber.grantInvoke(grantee);
  }

  private selectLogKey({ logKeyArn }: Options, { logEncryptionKey }: NumberVerificationProps) {
    if (logEncryptionKey) return logEncryptionKey;
    return logKeyArn === undefined ? undefined : Key.fromKeyArn(this, 'LogKey', logKeyArn);
  }

  private selectNetwork({ vpcId, subnetIds }: Options, props: NumberVerificationProps) {
    const { vpc, vpcSubnets, securityGroups } = props;
    if (vpc) return createNetwork(this, vpc, vpcSubnets, securityGroups);
    return vpcId && subnetIds ? importNetwork(this, vpcId, subnetIds) : undefined;
  }
}

const selectPod = ({ pod }: Options, region: string): Pod => {
  const known = !Token.isUnresolved(region);
  const found = pod ?? (known ? getDefaultPod(region) : undefined);
  if (found) return found;
  const choice = `set option pod to one of ${pods.join(', ')}.`;
  throw new InvalidOptions([
    known
      ? `Region ${region} has no default Kaleyra pod: ${choice}`
      : `The stack has no region, which selects the Kaleyra pod. Set env.region of the stack, or ${choice}`,
  ]);
};
