import { HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routeMethod, routePath } from '../functions/verify-number/contract.ts';

/** The HTTP API: the one route. */
export class VerifyNumberApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, handler: IFunction) {
    super(scope, id);
    this.api = new HttpApi(this, 'Http');
    this.api.addRoutes({
      path: routePath,
      methods: [routeMethod as HttpMethod],
      integration: new HttpLambdaIntegration('Verify', handler),
      authorizer: new HttpIamAuthorizer(),
    });
  }
}
