/** Events and contexts as Lambda receives them, so that a test shows only what differs. Every value is obviously fake. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { routeKey, type VerifyNumberCommand } from '../../functions/verify-number/core/contract.ts';
import { sampleRequest } from '../../lib/reference/sample-request.ts';

const { otp, ...number } = sampleRequest;

/** The sample request as a command. */
export const sampleCommand: VerifyNumberCommand = { number, otp };

export const sampleRequestId = '00000000-0000-4000-8000-000000000000';

const { tenant_id, waba_id, ...bodyFields } = sampleRequest;

/** The direct entry point's input: all fields in one flat object. */
export const directEvent = (differing: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...sampleRequest,
  ...differing,
});

interface HttpDifferences {
  readonly path?: Record<string, unknown> | undefined;
  /** Fields that differ from the sample's, or the body's whole text. */
  readonly body?: Record<string, unknown> | string | undefined;
  /** Sends this as API Gateway sends what it takes for binary. */
  readonly bytes?: Uint8Array;
  /** `null` is no content type at all. */
  readonly contentType?: string | null;
  /** A JWT authorizer's claims. */
  readonly claims?: unknown;
}

/** API Gateway's event for an HTTP API, payload format 2.0. */
export const httpEvent = (differing: HttpDifferences = {}): APIGatewayProxyEventV2 => {
  const {
    path = { tenant_id, waba_id } as Record<string, unknown>,
    body = {},
    bytes,
    contentType = 'application/json',
  } = differing;
  const segment = (name: string) =>
    typeof path[name] === 'string' ? path[name] : JSON.stringify(path[name]);
  const rawPath = `/tenants/${segment('tenant_id')}/whatsapp/${segment('waba_id')}/number/verify`;
  const text = typeof body === 'string' ? body : JSON.stringify({ ...bodyFields, ...body });
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: '',
    headers: {
      accept: '*/*',
      host: 'abcdefghij.execute-api.ap-south-1.amazonaws.com',
      ...(contentType === null ? {} : { 'content-type': contentType }),
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.execute-api.ap-south-1.amazonaws.com',
      domainPrefix: 'abcdefghij',
      http: {
        method: 'POST',
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'test',
      },
      requestId: 'AAAAAAAAAAAAAAA=',
      routeKey,
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 1767225600000,
      ...('claims' in differing && { authorizer: { jwt: { claims: differing.claims, scopes: null } } }),
    },
    pathParameters: path as Record<string, string>,
    ...(bytes
      ? { body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true }
      : { body: text, isBase64Encoded: false }),
  };
};

/** Lambda's context. */
export const lambdaContext = (remainingTimeMs = 30_000): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'verify-phone-number',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number',
  memoryLimitInMB: '512',
  awsRequestId: sampleRequestId,
  logGroupName: '/aws/lambda/verify-phone-number',
  logStreamName: '2026/01/01/[$LATEST]00000000000000000000000000000000',
  getRemainingTimeInMillis: () => remainingTimeMs,
  done: () => {},
  fail: () => {},
  succeed: () => {},
});
