/** How Secrets Manager may misbehave, and what the contract makes of it. */
import type { ServerResponse } from 'node:http';
import type { Outcome } from './kaleyra-fault.ts';

type SecretsAnswer = (response: ServerResponse, secret: string) => void;

export interface SecretsFault {
  readonly name: string;
  /** What a request answers that depends on this read. */
  readonly outcome: Outcome;
  /** The read fails because Secrets Manager does, so that cached credentials serve on. */
  readonly isOutage?: boolean;
  /** A read takes half a second or more, with its retries. */
  readonly isSlow?: boolean;
  /** Nothing listens. */
  readonly refused?: boolean;
  readonly answer?: SecretsAnswer;
}

const send = (response: ServerResponse, status: number, body: string | object): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const value = (secret: object) => (response: ServerResponse) =>
  send(response, 200, { Name: 'kaleyra/fake', VersionId: 'fake', VersionStages: ['AWSCURRENT'], ...secret });
const text = (SecretString: string) => value({ SecretString });
const error = (type: string, status: number, Message: string) => (response: ServerResponse) =>
  send(response, status, { __type: type, Message });
const later =
  (milliseconds: number): SecretsAnswer =>
  (response, secret) => {
    const timer = setTimeout(() => text(secret)(response), milliseconds);
    response.once('close', () => clearTimeout(timer));
  };

export const healthySecrets: SecretsFault = {
  name: 'none',
  outcome: 'Verified',
  answer: (response, secret) => text(secret)(response),
};
/** Within what one try may take. */
export const slowSecrets: SecretsFault = {
  name: 'slow, 500 ms',
  outcome: 'Verified',
  isSlow: true,
  answer: later(500),
};

const outage = (name: string, answer?: SecretsAnswer): SecretsFault => ({
  name,
  outcome: 'CredentialsUnavailable',
  isOutage: true,
  ...(answer && { answer }),
});
const wrong = (name: string, answer: SecretsAnswer): SecretsFault => ({
  name,
  outcome: 'CredentialsMisconfigured',
  answer,
});

export const secretsFaults: readonly SecretsFault[] = [
  slowSecrets,
  { ...outage('throttled', error('ThrottlingException', 400, 'Rate exceeded')), isSlow: true },
  outage('500', error('InternalServiceError', 500, 'An error on the server side')),
  outage('503, HTML', (response) => send(response, 503, '<html>Service Unavailable</html>')),
  { ...outage('slower than its deadline', later(4000)), isSlow: true },
  { ...outage('silent', () => {}), isSlow: true },
  { ...outage('refused'), refused: true },
  outage('reset', (response) => response.socket?.resetAndDestroy()),
  outage('half an answer', (response) => {
    response.writeHead(200, { 'content-length': '500' });
    response.write('{"SecretString":"', () => response.socket?.destroy());
  }),
  wrong('access denied', error('AccessDeniedException', 400, 'User is not authorized to perform this')),
  wrong('key not usable', error('DecryptionFailure', 400, 'Secrets Manager cannot decrypt it')),
  {
    name: 'missing',
    outcome: 'TenantUnknown',
    answer: error('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret."),
  },
  {
    name: 'being deleted',
    outcome: 'TenantUnknown',
    answer: error(
      'InvalidRequestException',
      400,
      'You can’t perform this operation on the secret because it was marked for deletion.',
    ),
  },
  wrong('not JSON', text('sid=FAKE apiKey=fake')),
  wrong('null', text('null')),
  wrong('wrong fields', text('{"SID":"FAKE","api_key":"fake"}')),
  wrong('a key that breaks out of its header', text('{"sid":"FAKE","apiKey":"fake\\r\\nx: y"}')),
  wrong('a SID that climbs', text('{"sid":"../FAKE","apiKey":"fake"}')),
  wrong('binary', value({ SecretBinary: 'AAECAw==' })),
];
