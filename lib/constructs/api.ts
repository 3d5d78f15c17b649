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
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routeMethod, routePath } from '../../functions/verify-number/core/contract.ts';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import { acceptFindings, allowsResource } from './accepted-findings.ts';
import { AccessLog } from './access-log.ts';
import { type Authorization, checkRouteAuthorization } from './authorization.ts';
import type { LogSettings } from './log-settings.ts';
import type { Settings } from './number-verification-props.ts';

interface VerifyNumberApiProps {
  /** What the route calls. */
  readonly handler: IFunction;
  readonly authorization: Authorization;
  readonly logs: LogSettings;
  readonly settings: Settings;
}

/** The HTTP API: one route that always authorizes callers, with throttling and an access log. */
export class VerifyNumberApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Where to send requests, without a slash at the end. */
  readonly url: string;
  /** With a custom domain: the name that its DNS record must point to. */
  readonly domainTarget?: string;
  readonly accessLog: AccessLog;
  private readonly authorizationType: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    { handler, authorization, logs, settings }: VerifyNumberApiProps,
  ) {
    super(scope, id);
    const { domainName, certificate, keepDefaultEndpoint, jwtScopes = [] } = settings;
    const domain =
      domainName && certificate ? new DomainName(this, 'Domain', { domainName, certificate }) : undefined;
    this.api = new HttpApi(this, 'Http', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined && !keepDefaultEndpoint,
    });
    this.accessLog = new AccessLog(this, 'AccessLog', { apiId: this.api.apiId, logs });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      accessLogSettings: this.accessLog.settings,
      ...(domain && { domainMapping: { domainName: domain } }),
    });
    const route = new HttpRoute(this, 'Route', {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(routePath, routeMethod as HttpMethod),
      integration: new HttpLambdaIntegration('Verify', handler),
      authorizer: authorization.authorizer,
      authorizationScopes: [...jwtScopes],
    });
    this.authorizationType = (route.node.defaultChild as CfnRoute).authorizationType;
    checkRouteAuthorization(this.authorizationType, authorization.tenantClaim);
    this.url = domainName ? `https://${domainName}` : this.api.apiEndpoint;
    if (domain) this.domainTarget = domain.regionalDomainName;
  }

  /**
   * Lets an IAM principal of this account verify numbers of one tenant over HTTP, and of no other tenant.
   * @param tenantId 1-64 characters from `A-Z a-z 0-9 _ -`, or a token
   * @throws Error for any other tenant id, or if callers do not authenticate with IAM
   */
  grantVerify(grantee: IGrantable, tenantId: string): Grant {
    if (this.authorizationType !== 'AWS_IAM') {
      throw new Error('grantVerify needs authorization: iam. With tokens, a claim names the tenants.');
    }
    // A `*` or a `/` would grant other tenants too.
    if (!Token.isUnresolved(tenantId) && !fields.tenant_id.pattern.test(tenantId)) {
      throw new Error(`Tenant id ${JSON.stringify(tenantId)} ${fields.tenant_id.accepts}`);
    }
    const path = routePath.replace('{tenant_id}', tenantId).replace('{waba_id}', '*');
    const arn = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `$default/${routeMethod}${path}`,
    });
    const { grantPrincipal } = grantee;
    if (Construct.isConstruct(grantPrincipal)) {
      acceptFindings(grantPrincipal, { [allowsResource(this, arn)]: 'A tenant has any number of WABAs.' });
    }
    return Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns: [arn] });
  }
}
