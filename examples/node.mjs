// Verifies a number with Node's fetch and a signature for API Gateway.
//
//   node examples/node.mjs PASSWORD [PHONE_NUMBER [TENANT]]
//
// Outside this repository, run `npm install @smithy/signature-v4 @smithy/core` first.
//
// API_URL is the stack's output ApiUrl. By default it is the sandbox, which accepts any signature. The credentials come
// from AWS's usual variables, as a Lambda function has them.
import { setTimeout as sleep } from 'node:timers/promises';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

const { API_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;

const maxAttempts = 3;
/** A one-time password does not live much longer. */
const maxWaitSeconds = 120;
/** After these, the number may be verified. */
const unknownOutcomes = ['OutcomeUnknown', 'KaleyraFailed', 'NoResponse'];

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

/** Sends the request once. */
const send = async (tenantId, wabaId, number) => {
  const path = `/tenants/${tenantId}/whatsapp/${wabaId}/number/verify`;
  const url = new URL(path, API_URL ?? 'http://127.0.0.1:3000');
  const { method, headers, body } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body: JSON.stringify(number),
  });
  try {
    const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(30_000) });
    const json = await response.json();
    const retryAfter = Number(response.headers.get('retry-after') ?? 2);
    if (json.code || json.status === 'verified') return { ...json, retryAfter };
    // API Gateway responded instead of the function. After a 5xx, the function may have run.
    const code = response.status < 500 ? 'ApiGateway' : 'NoResponse';
    return { code, detail: json.message, retryable: response.status >= 429, retryAfter };
  } catch (error) {
    return { code: 'NoResponse', detail: String(error), retryable: true, retryAfter: 2 };
  }
};

/** Verifies a number. Decides by `code`, and never by the HTTP status. */
const verifyNumber = async (tenantId, wabaId, number) => {
  let mayBeVerified = false;
  for (let attempt = 1; ; attempt += 1) {
    const result = await send(tenantId, wabaId, number);
    if (result.status === 'verified') return result;
    // An earlier attempt verified the number, but its response was lost.
    if (result.code === 'AlreadyVerified' && mayBeVerified) return { ...number, status: 'verified' };
    mayBeVerified ||= unknownOutcomes.includes(result.code);
    if (!result.retryable || attempt === maxAttempts || result.retryAfter > maxWaitSeconds) return result;
    await sleep(result.retryAfter * 1000);
  }
};

const [otp, phone_number = '+919765412345', tenantId = 'acme'] = process.argv.slice(2);
const result = await verifyNumber(tenantId, '109012345678901', { id: '678997654123456', phone_number, otp });

if (result.status === 'verified') {
  console.log(`${result.phone_number} is verified.`);
} else {
  // docs/problems.md says what to do about each code.
  console.error(`${result.code}: ${result.detail}`);
  process.exitCode = 1;
}
