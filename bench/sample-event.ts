import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The event of API Gateway's HTTP API for one request with typical headers. */
export const sampleEvent = (tenantId: string): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
  rawPath: `/tenants/${tenantId}/whatsapp/109012345678901/number/verify`,
  rawQueryString: '',
  headers: {
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br',
    'content-length': '71',
    'content-type': 'application/json',
    host: 'abcdefghij.execute-api.ap-south-1.amazonaws.com',
    'user-agent': 'sample-backend/1.0',
    'x-amzn-trace-id': 'Root=1-00000000-000000000000000000000000',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  requestContext: {
    accountId: '000000000000',
    apiId: 'abcdefghij',
    domainName: 'abcdefghij.execute-api.ap-south-1.amazonaws.com',
    domainPrefix: 'abcdefghij',
    http: {
      method: 'POST',
      path: `/tenants/${tenantId}/whatsapp/109012345678901/number/verify`,
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      userAgent: 'sample-backend/1.0',
    },
    requestId: 'AAAAAAAAAAAAAAA=',
    routeKey: 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
    stage: '$default',
    time: '01/Jan/2026:00:00:00 +0000',
    timeEpoch: 1767225600000,
  },
  pathParameters: { tenant_id: tenantId, waba_id: '109012345678901' },
  body: JSON.stringify({ id: '678997654123456', phone_number: '+919765412345', otp: '671242' }),
  isBase64Encoded: false,
});
