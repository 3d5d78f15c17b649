// Verifies a number with a client that is generated from openapi.json and typed to the last code.
//
//   REDOCLY_TELEMETRY=off \
//   npx redocly generate-client openapi.json --output examples/client.ts --import-ext ts --error-mode result
//   npx node examples/typescript-client.ts 671242
//
// `npx node` is this repository's Node.js 24. Node.js runs TypeScript from 22.18 on; any bundler or `tsx` will do too.
// API_URL is the API's address; by default it is the sandbox. API_TOKEN is a token of the API's issuer, for an API that
// takes tokens; one that takes signatures can have them put on by a middleware of the client (`client.use`).
import { client } from './client.ts';

client.configure({ serverUrl: process.env['API_URL'] ?? 'http://127.0.0.1:3000' });
const token = process.env['API_TOKEN'];
if (token) client.auth.bearer(token);

const { data, error } = await client.verifyNumber({
  path: { tenant_id: 'acme', waba_id: '109012345678901' },
  body: { id: '678997654123456', phone_number: '+919765412345', otp: process.argv[2] ?? '' },
});

if (data) {
  console.log(`${data.phone_number} is verified.`);
} else if ('code' in error) {
  // The compiler knows every code, and which fields come with which.
  switch (error.code) {
    case 'OtpRejected':
      console.error(`${error.code}: ask for the password again.`);
      break;
    case 'RequestInvalid':
      console.error(`${error.code}: ${error.errors.map(({ pointer }) => pointer).join(', ')}`);
      break;
    default:
      console.error(`${error.code}: ${error.detail}`);
  }
  process.exitCode = 1;
} else {
  console.error(`API Gateway: ${error.message}`);
  process.exitCode = 1;
}
