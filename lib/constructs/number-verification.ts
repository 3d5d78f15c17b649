import { Stack, Token } from 'aws-cdk-lib';
import type { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { getDefaultPod, type Pod, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { InvalidOptions } from '../values/rules.ts';
import { VerifyNumberApi } from './api.ts';
import { selectAuthorization } from './authorization.ts';
import { VerifyNumberFunction } from './function.ts';
import { createLogSettings, type LogSettings } from './log-settings.ts';
import { createNetwork, StaticEgress } from './network.ts';
import { completeProps, type NumberVerificationProps, type Settings } from './number-verification-props.ts';
import { Observability } from './observability.ts';
import { OutcomeEvents } from './outcome-events.ts';
import { ReleaseCheck } from './release-check.ts';
import { Releases } from './releases.ts';
import { warnAboutTransitions } from './transition-warnings.ts';

/** The function, its HTTP API, alarms and releases. The stack's region selects the Kaleyra pod, unless `pod` does. */
export class NumberVerification extends Construct {
  /** The function's alias `live`, for direct calls. */
  readonly verifyNumber: IFunction;
  /** The function. Its name is in its metrics. */
  readonly handler: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** How the logs are kept, for log groups of your own. */
  readonly logSettings: LogSettings;
  /** The Kaleyra pod that the function calls. */
  readonly pod: Pod;
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLogGroup: LogGroup;
  /** Where to send HTTP requests, without a slash at the end. */
  readonly url: string;
  /** With a custom domain: the name that its DNS record must point to. */
  readonly domainTarget: string | undefined;
  /** With `staticEgress`: the address that Kaleyra sees. */
  readonly egressAddress: string | undefined;
  /** The VPC that was given or created. */
  readonly vpc: IVpc | undefined;
  /** With `countAttempts`. */
  readonly attemptsTable: Table | undefined;
  /** By name. */
  readonly alarms: Readonly<Record<string, Alarm>>;
  /** The topic that alarms are sent to. */
  readonly alarmTopic: ITopic | undefined;
  readonly dashboard: Dashboard | undefined;
  /** The function that tries a new version before it gets traffic. */
  readonly releaseCheck: LambdaFunction | undefined;
  readonly deploymentGroup: LambdaDeploymentGroup | undefined;
  readonly outcomeEvents: OutcomeEvents | undefined;
  private readonly verifyNumberApi: VerifyNumberApi;

  /** @throws InvalidOptions with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: NumberVerificationProps = {}) {
    super(scope, id);
    const { region } = Stack.of(this);
    const settings = completeProps(props, region);
    warnAboutTransitions(this, settings);
    const logs = createLogSettings(this, settings);
    const authorization = selectAuthorization(settings);
    const egress = this.createEgress(settings, logs);
    const network = settings.vpc
      ? createNetwork(this, settings.vpc, settings.vpcSubnets, settings.securityGroups)
      : egress?.network;
    this.pod = selectPod(settings, region);
    const { secretKeys = [], secretKeyArn = [] } = settings;
    const secretKeyArns = [...secretKeys.map(({ keyArn }) => keyArn), ...[secretKeyArn].flat()];

    const verify = new VerifyNumberFunction(this, 'VerifyNumber', {
      settings,
      pod: this.pod,
      secretKeyArns,
      tenantClaim: authorization.tenantClaim,
      logs,
      network,
    });
    const { handler, alias, role, attemptsTable } = verify;
    egress?.allowSecrets(role);
    if (attemptsTable) egress?.allowCounting(role, attemptsTable.tableArn);
    // With exactOptionalPropertyTypes, the CDK's classes do not match the CDK's interfaces.
    const live = alias as IFunction;
    const api = new VerifyNumberApi(this, 'Api', { handler: live, authorization, logs, settings });
    const { throttled, accessDenied } = api.accessLog;
    const { alarms, topic, dashboard, rollbackAlarms } = new Observability(this, 'Observability', {
      alias,
      stage: api.stage,
      throttled,
      accessDenied,
      logGroup: verify.logGroup,
      kaleyraTimeout: settings.kaleyraTimeout,
      tenantRequestsPerMinute: settings.tenantRequestsPerMinute,
      attemptsOnFailure: settings.countAttempts ? settings.attemptsOnFailure : undefined,
      expectTrafficEvery: settings.expectTrafficEvery,
      alarms: settings.alarms,
      topic: settings.alarmTopic,
      email: settings.alarmEmail,
    });
    // With alarms, a release without a check is an emergency: the next one uses the deployment group again.
    if (settings.releases !== 'none' || settings.alarms !== false) {
      const check = new ReleaseCheck(this, 'ReleaseCheck', {
        secretPrefix: settings.secretPrefix,
        secretKeyArn: secretKeyArns[0],
        isSecretShared: settings.releaseCheckSecret === 'existing',
        checkedFunction: handler,
        logs,
      });
      const releases = { mode: settings.releases, alias, alarms: rollbackAlarms, check };
      this.deploymentGroup = new Releases(this, 'Releases', releases).deploymentGroup;
      this.releaseCheck = check.hook;
    }
    if (settings.outcomeEvents) {
      this.outcomeEvents = new OutcomeEvents(this, 'OutcomeEvents', {
        logGroup: verify.logGroup,
        architecture: settings.architecture,
        logs,
        eventBus: settings.outcomeEvents === true ? undefined : settings.outcomeEvents,
        hasAlarm: settings.alarms !== false,
        topic,
      });
    }
    this.verifyNumber = live;
    this.handler = handler;
    this.role = role;
    this.logGroup = verify.logGroup;
    this.logSettings = logs;
    this.attemptsTable = attemptsTable;
    this.verifyNumberApi = api;
    this.api = api.api;
    this.stage = api.stage;
    this.accessLogGroup = api.accessLog.logGroup;
    this.url = api.url;
    this.domainTarget = api.domainTarget;
    this.egressAddress = egress?.address;
    this.vpc = network?.vpc;
    this.alarms = alarms;
    this.alarmTopic = topic;
    this.dashboard = dashboard;
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

  private createEgress(settings: Settings, logs: LogSettings): StaticEgress | undefined {
    const { staticEgress, egressAllocationId: allocationId, removalPolicy } = settings;
    return staticEgress
      ? new StaticEgress(this, 'StaticEgress', { allocationId, logs, removalPolicy })
      : undefined;
  }
}

const selectPod = ({ pod }: Settings, region: string): Pod => {
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
