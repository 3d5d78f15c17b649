import { Stack, Token } from 'aws-cdk-lib';
import {
  type CfnRoute,
  DomainName,
  HttpApi,
  type HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routeMethod, routePath } from '../../functions/verify-number/core/contract.ts';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import type { Options } from '../options/parse-options.ts';
import { AccessLog } from './access-log.ts';
import { type Authorization, checkRouteAuthorization } from './authorization.ts';
import type { LogSettings } from './log-settings.ts';

interface VerifyNumberApiProps {
  /** What the route calls. */
  readonly handler: IFunction;
  readonly authorization: Authorization;
  readonly logs: LogSettings;
  readonly options: Options;
}

/** The HTTP API: one route that always authorizes callers, with throttling and an access log. */
export class VerifyNumberApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Where to send requests, without a slash at the end. */
  readonly url: string;
  /** With a custom domain: the name that its DNS record must point to. */
  readonly domainTarget?: string;
  /** Requests that API Gateway throttled. */
  readonly throttled: Metric;
  /** Requests that ended in 401 or 403. */
  readonly accessDenied: Metric;
  private readonly authorizationType: string | undefined;

  constructor(scope: Construct, id: string, { handler, authorization, logs, options }: VerifyNumberApiProps) {
    super(scope, id);
    const { domainName, certificateArn, keepDefaultEndpoint } = options;
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
      disableExecuteApiEndpoint: domain !== undefined && !keepDefaultEndpoint,
    });
    const accessLog = new AccessLog(this, 'AccessLog', { apiId: this.api.apiId, logs });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: options.throttleRate, burstLimit: options.throttleBurst },
      accessLogSettings: accessLog.settings,
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
    checkRouteAuthorization(this.authorizationType, authorization.tenantClaim);
    this.url = domainName ? `https://${domainName}` : this.api.apiEndpoint;
    if (domain) this.domainTarget = domain.regionalDomainName;
    this.throttled = accessLog.throttled;
    this.accessDenied = accessLog.accessDenied;
  }

  /**
   * Lets an IAM principal of this account verify numbers of one tenant over HTTP, and of no other tenant.
   * @param tenantId 1-64 characters from `A-Z a-z 0-9 _ -`, or a token
   * @throws Error for any other tenant id, or if callers do not authenticate with IAM
   */
  grantVerify(grantee: IGrantable, tenantId: string): Grant {
    if (this.authorizationType !== 'AWS_IAM') {
      throw new Error(
        'grantVerify needs the option authorization=iam. With tokens, a claim names the tenants.',
      );
    }
    // A `*` or a `/` would grant other tenants too.
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
