import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import { NumberVerification } from './number-verification.ts';
import type { NumberVerificationProps } from './number-verification-props.ts';

export interface NumberVerificationStackProps extends StackProps, NumberVerificationProps {
  /**
   * Creates props that need the stack as their scope, for example
   * `(stack) => ({ certificate: Certificate.fromCertificateArn(stack, 'Certificate', arn) })`.
   * @default no further props
   */
  readonly createProps?: ((stack: Stack) => NumberVerificationProps) | undefined;
}

/** `NumberVerification` as a stack of its own. `env.region` selects the Kaleyra pod, unless `pod` does. */
export class NumberVerificationStack extends Stack {
  /** The construct, which exposes everything that the stack creates. */
  readonly verification: NumberVerification;
  /** The function's alias `live`, for direct calls. */
  readonly verifyNumber: IFunction;
  /** The Kaleyra pod that the function calls. */
  readonly pod: Pod;
  /** The topic that alarms are sent to, for alarms of other stacks. */
  readonly alarmTopic: ITopic | undefined;
  readonly api: HttpApi;
  /** Where to send HTTP requests, without a slash at the end. */
  readonly url: string;

  /** @throws InvalidOptions with everything that is wrong with the props */
  constructor(scope: Construct, id: string, props: NumberVerificationStackProps = {}) {
    super(scope, id, {
      description: "Verifies tenants' WhatsApp Business numbers through Kaleyra",
      ...props,
    });
    // The CDK leaves the id Default out of logical ids.
    this.verification = new NumberVerification(this, 'Default', { ...props, ...props.createProps?.(this) });
    const { verifyNumber, pod, api, url, httpApi, egress, observability } = this.verification;
    this.verifyNumber = verifyNumber;
    this.pod = pod;
    this.alarmTopic = observability.topic;
    this.api = api;
    this.url = url;

    this.output('ApiUrl', url, 'Send requests here');
    this.output('ApiId', api.apiId, "API Gateway's id of the API");
    this.output('FunctionName', this.verification.function.handler.functionName, 'The function');
    this.output('FunctionArn', verifyNumber.functionArn, "The function's alias `live`, for direct calls");
    this.output('DomainTarget', httpApi.domainTarget, "Point the domain's DNS record here");
    this.output('EgressAddress', egress?.address, "The address that Kaleyra sees, for the keys' allow-lists");
  }

  /** @see NumberVerification.grantVerify */
  grantVerify(grantee: IGrantable, tenantId: string): Grant {
    return this.verification.grantVerify(grantee, tenantId);
  }

  /** @see NumberVerification.grantInvoke */
  grantInvoke(grantee: IGrantable): Grant {
    return this.verification.grantInvoke(grantee);
  }

  private output(name: string, value: string | undefined, description: string): void {
    if (value !== undefined) new CfnOutput(this, name, { value, description });
  }
}
