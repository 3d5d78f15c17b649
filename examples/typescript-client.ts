// Verifies a number with a client that is generated from openapi.json and knows every code.
//
//   REDOCLY_TELEMETRY=off \
//   npx redocly generate-client openapi.json --output examples/client.ts --import-ext ts --error-mode result
//   npx node examples/typescript-client.ts PASSWORD [PHONE_NUMBER [TENANT]]
//
// `npx node` is this repository's Node.js 24. Node.js runs TypeScript from 22.18 on; a bundler or `tsx` works too.
// API_URL is the API's address. By default it is the sandbox. API_TOKEN is a token of the API's issuer, for an API with
// tokens. For an API with signatures, add them in a middleware of the client (`client.use`).
import { setTimeout as sleep } from 'node:timers/promises';
import { client, type VerifyNumberError } from './client.ts';

const maxAttempts = 3;
/** A one-time password does not live much longer. */
const maxWaitSeconds = 120;

client.configure({ serverUrl: process.env['API_URL'] ?? 'http://127.0.0.1:3000' });
const token = process.env['API_TOKEN'];
if (token) client.auth.bearer(token);

const [otp = '', phone_number = '+919765412345', tenant_id = 'acme'] = process.argv.slice(2);

/** Verifies the number. Decides by the code, and never by the HTTP status. */
const verifyNumber = async (): Promise<'verified' | VerifyNumberError> => {
  let mayBeVerified = false;
  for (let attempt = 1; ; attempt += 1) {
    const { data, error, response } = await client.verifyNumber({
      path: { tenant_id, waba_id: '109012345678901' },
      body: { id: '678997654123456', phone_number, otp },
    });
    if (data) return 'verified';
    // Without a code, API Gateway responded instead of the function.
    if (!('code' in error)) return error;
    // An earlier attempt verified the number, but its response was lost.
    if (error.code === 'AlreadyVerified' && mayBeVerified) return 'verified';
    mayBeVerified ||= error.code === 'OutcomeUnknown' || error.code === 'KaleyraFailed';
    const waitSeconds = Number(response.headers.get('retry-after') ?? 2);
    if (!error.retryable || attempt === maxAttempts || waitSeconds > maxWaitSeconds) return error;
    await sleep(waitSeconds * 1000);
  }
};

const describeError = (error: VerifyNumberError): string => {
  if (!('code' in error)) return `API Gateway: ${error.message}`;
  // The compiler knows every code, and which fields a problem with that code has.
  switch (error.code) {
    case 'OtpRejected':
      return `${error.code}: ask for the password again.`;
    case 'RequestInvalid':
      return `${error.code}: ${error.errors.map(({ pointer }) => pointer).join(', ')}`;
    default:
      return `${error.code}: ${error.detail}`;
  }
};

const result = await verifyNumber();
if (result === 'verified') {
  console.log(`${phone_number} is verified.`);
} else {
  console.error(describeError(result));
  process.exitCode = 1;
}
