import { Stack, Token } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnRoute,
  DomainName,
  HttpApi,
  type HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { routeMethod, routePath } from '../../functions/verify-number/core/contract.ts';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import type { Options } from '../options/parse-options.ts';
import { type Authorization, refuseLoose } from './authorization.ts';

export interface VerifyNumberApiProps {
  /** What the route calls. */
  readonly handler: IFunction;
  readonly authorization: Authorization;
  readonly accessLogs: ILogGroup;
  readonly options: Options;
}

/** What is logged of a request: an allow-list, with no path, query string, header or body. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    request_id: '$context.requestId',
    // What the function's own line of log calls `request_id`.
    function_request_id: '$context.integration.requestId',
    time: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    source_ip: '$context.identity.sourceIp',
    iam_caller: '$context.identity.userArn',
    token_subject: '$context.authorizer.claims.sub',
    latency_ms: '$context.responseLatency',
    gateway_error: '$context.error.responseType',
    integration_error: '$context.integrationErrorMessage',
  }),
);

/** The HTTP API: one route, never open, throttled, logged. */
export class VerifyNumberApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Where to send requests to, without a slash at the end. */
  readonly url: string;
  /** With a domain of one's own: the name that its DNS record is to point to. */
  readonly domainTarget?: string;
  private readonly authorizationType: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    { handler, authorization, accessLogs, options }: VerifyNumberApiProps,
  ) {
    super(scope, id);
    const { domainName, certificateArn } = options;
    const domain =
      domainName && certificateArn
        ? new DomainName(this, 'Domain', {
            domainName,
            certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
          })
        : undefined;
    this.api = new HttpApi(this, 'Http', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: options.throttleRate, burstLimit: options.throttleBurst },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLogs), format: accessLogFormat },
      ...(domain && { domainMapping: { domainName: domain } }),
    });
    const route = new HttpRoute(this, 'Route', {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(routePath, routeMethod as HttpMethod),
      integration: new HttpLambdaIntegration('Verify', handler),
      authorizer: authorization.authorizer,
      authorizationScopes: [...authorization.scopes],
    });
    this.authorizationType = (route.node.defaultChild as CfnRoute).authorizationType;
    refuseLoose(this.authorizationType, authorization.tenantClaim);
    this.url = domainName ? `https://${domainName}` : this.api.apiEndpoint;
    if (domain) this.domainTarget = domain.regionalDomainName;
  }

  /**
   * Lets an IAM principal of this account verify numbers of one tenant over HTTP, and of no other.
   * @param tenantId 1-64 of `A-Z a-z 0-9 _ -`, or a token
   * @throws Error for any other tenant id, and where callers do not sign in with IAM
   */
  grantVerify(grantee: IGrantable, tenantId: string): Grant {
    if (this.authorizationType !== 'AWS_IAM') {
      throw new Error(
        'grantVerify needs the option authorization=iam: with tokens, a claim names the tenants',
      );
    }
    // A `*` or a `/` would let the grantee in to other tenants.
    if (!Token.isUnresolved(tenantId) && !fields.tenant_id.pattern.test(tenantId)) {
      throw new Error(`Tenant id ${JSON.stringify(tenantId)} ${fields.tenant_id.accepts}`);
    }
    const path = routePath.replace('{tenant_id}', tenantId).replace('{waba_id}', '*');
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: [
        Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.api.apiId,
          resourceName: `$default/${routeMethod}${path}`,
        }),
      ],
    });
  }
}
