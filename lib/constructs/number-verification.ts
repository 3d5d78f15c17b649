import { Stack, Token } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
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
  /** The Kaleyra pod that the function calls. */
  readonly pod: Pod;
  readonly api: HttpApi;
  /** Where to send HTTP requests, without a slash at the end. */
  readonly url: string;
  /** The function, its role, log group and table. */
  readonly function: VerifyNumberFunction;
  /** The API, its stage, domain and access log. */
  readonly httpApi: VerifyNumberApi;
  /** The alarms, their topic and the dashboard. */
  readonly observability: Observability;
  /** With `staticEgress`: the VPC and its address. */
  readonly egress: StaticEgress | undefined;
  /** The function that tries a new version before it gets traffic. */
  readonly releaseCheck: ReleaseCheck | undefined;
  readonly releases: Releases | undefined;
  readonly outcomeEvents: OutcomeEvents | undefined;
  /** How the logs are kept, for log groups of your own. */
  readonly logSettings: LogSettings;

  /** @throws InvalidOptions with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: NumberVerificationProps = {}) {
    super(scope, id);
    const { region } = Stack.of(this);
    const settings = completeProps(props, region);
    warnAboutTransitions(this, settings);
    this.pod = selectPod(settings, region);
    const logs = createLogSettings(this, settings);
    this.logSettings = logs;
    const authorization = selectAuthorization(settings);
    const { vpc, vpcSubnets, securityGroups, secretKeys = [], secretKeyArn = [] } = settings;
    const secretKeyArns = [...secretKeys.map(({ keyArn }) => keyArn), ...[secretKeyArn].flat()];
    if (settings.staticEgress) {
      const { egressAllocationId: allocationId, removalPolicy } = settings;
      this.egress = new StaticEgress(this, 'StaticEgress', { allocationId, logs, removalPolicy });
    }
    this.function = new VerifyNumberFunction(this, 'VerifyNumber', {
      settings,
      pod: this.pod,
      secretKeyArns,
      tenantClaim: authorization.tenantClaim,
      logs,
      network: vpc ? createNetwork(this, vpc, vpcSubnets, securityGroups) : this.egress?.network,
    });
    const { alias, role, attemptsTable, logGroup } = this.function;
    this.egress?.allowSecrets(role);
    if (attemptsTable) this.egress?.allowCounting(role, attemptsTable.tableArn);
    // With exactOptionalPropertyTypes, the CDK's classes do not match the CDK's interfaces.
    this.verifyNumber = alias as IFunction;
    const { verifyNumber } = this;
    this.httpApi = new VerifyNumberApi(this, 'Api', { handler: verifyNumber, authorization, logs, settings });
    this.api = this.httpApi.api;
    this.url = this.httpApi.url;
    const { stage, accessLog } = this.httpApi;
    const { throttled, accessDenied } = accessLog;
    this.observability = new Observability(this, 'Observability', {
      alias,
      stage,
      throttled,
      accessDenied,
      logGroup,
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
      this.releaseCheck = new ReleaseCheck(this, 'ReleaseCheck', {
        secretPrefix: settings.secretPrefix,
        secretKeyArn: secretKeyArns[0],
        isSecretShared: settings.releaseCheckSecret === 'existing',
        checkedFunction: this.function.handler,
        logs,
      });
      this.releases = new Releases(this, 'Releases', {
        mode: settings.releases,
        alias,
        alarms: this.observability.rollbackAlarms,
        check: this.releaseCheck,
      });
    }
    if (settings.outcomeEvents) {
      this.outcomeEvents = new OutcomeEvents(this, 'OutcomeEvents', {
        logGroup,
        architecture: settings.architecture,
        logs,
        eventBus: settings.outcomeEvents === true ? undefined : settings.outcomeEvents,
        hasAlarm: settings.alarms !== false,
        topic: this.observability.topic,
      });
    }
  }

  /**
   * Lets an IAM principal of this account verify numbers of one tenant over HTTP, and of no other tenant.
   * @param tenantId 1-64 characters from `A-Z a-z 0-9 _ -`, or a token
   * @throws Error for any other tenant id, or if callers do not authenticate with IAM
   */
  grantVerify(grantee: IGrantable, tenantId: string): Grant {
    return this.httpApi.grantVerify(grantee, tenantId);
  }

  /** Lets a principal invoke the function directly, for all tenants. */
  grantInvoke(grantee: IGrantable): Grant {
    return this.verifyNumber.grantInvoke(grantee);
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
