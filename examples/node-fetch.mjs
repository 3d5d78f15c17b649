// Verifies a number with Node's own fetch and a signature for API Gateway.
//
//   node examples/node-fetch.mjs 671242
//
// Outside this repository, run `npm install @smithy/signature-v4 @smithy/core` first.
//
// API_URL is the stack's output ApiUrl; by default it is the sandbox, which takes any signature. Credentials come from
// AWS's usual variables, as a Lambda function has them.
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

const { API_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;

const signer = new SignatureV4({
  service: 'execute-api',
  region: AWS_REGION ?? 'ap-south-1',
  credentials: {
    accessKeyId: AWS_ACCESS_KEY_ID ?? 'none',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? 'none',
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  },
  sha256: Sha256,
});

const verifyNumber = async (tenantId, wabaId, request) => {
  const url = new URL(
    `/tenants/${tenantId}/whatsapp/${wabaId}/number/verify`,
    API_URL ?? 'http://127.0.0.1:3000',
  );
  const { method, headers, body } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(30_000) });
  return response.json();
};

const answer = await verifyNumber('acme', '109012345678901', {
  id: '678997654123456',
  phone_number: '+919765412345',
  otp: process.argv[2],
});

if (answer.status === 'verified') {
  console.log(`${answer.phone_number} is verified.`);
} else {
  // Decide by the code, not by the status: docs/problems.md says what each one asks for. Without one, it is API
  // Gateway that answered.
  console.error(answer.code ? `${answer.code}: ${answer.detail}` : `API Gateway: ${answer.message}`);
  process.exitCode = 1;
}
