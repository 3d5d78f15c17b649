/** How Secrets Manager may fail, and how the contract wants a request to end that depends on the read. */
import type { ServerResponse } from 'node:http';
import { sendError, sendJson } from './aws-responses.ts';
import type { Expected } from './kaleyra-fault.ts';

type SecretsBehaviour = (response: ServerResponse, secret: string) => void;

export interface SecretsFault extends Expected {
  readonly name: string;
  /** The read fails, but the secret has not changed, so cached credentials can be used. */
  readonly isOutage?: boolean;
  /** A read takes half a second or more, with its retries. */
  readonly isSlow?: boolean;
  /** Nothing listens. */
  readonly isRefused?: boolean;
  /** Not combined with faults of Kaleyra: another fault is the same except for its bytes. */
  readonly isAlone?: boolean;
  readonly behaviour?: SecretsBehaviour;
}

const sendValue = (secret: object): SecretsBehaviour =>
  sendJson(200, { Name: 'kaleyra/fake', VersionId: 'fake', VersionStages: ['AWSCURRENT'], ...secret });
const sendText = (SecretString: string) => sendValue({ SecretString });
const sendLater =
  (delayMs: number): SecretsBehaviour =>
  (response, secret) => {
    const timer = setTimeout(() => sendText(secret)(response, secret), delayMs);
    response.once('close', () => clearTimeout(timer));
  };

export const healthySecrets: SecretsFault = {
  name: 'none',
  outcome: 'Verified',
  behaviour: (response, secret) => sendText(secret)(response, secret),
};
/** Slow, but within the time limit of one try. */
export const slowSecrets: SecretsFault = {
  name: 'slow, 500 ms',
  outcome: 'Verified',
  isSlow: true,
  behaviour: sendLater(500),
};

const createOutage = (
  name: string,
  reason: string,
  more: Pick<SecretsFault, 'behaviour' | 'isSlow' | 'isRefused' | 'isAlone'>,
): SecretsFault => ({ name, outcome: 'CredentialsUnavailable', reason, isOutage: true, ...more });

const createMisconfiguration = (name: string, reason: string, behaviour: SecretsBehaviour): SecretsFault => ({
  name,
  outcome: 'CredentialsMisconfigured',
  reason,
  behaviour,
});

const misformatted = Object.entries({
  'not JSON': 'sid=FAKE apiKey=fake',
  null: 'null',
  'wrong fields': '{"SID":"FAKE","api_key":"fake"}',
  'a key that breaks out of its header': '{"sid":"FAKE","apiKey":"fake\\r\\nx: y"}',
  'a SID that is a parent folder': '{"sid":"../FAKE","apiKey":"fake"}',
}).map(([name, secret]) => createMisconfiguration(name, 'secret_format', sendText(secret)));

export const secretsFaults: readonly SecretsFault[] = [
  slowSecrets,
  createOutage('throttled', 'ThrottlingException', {
    behaviour: sendError('ThrottlingException', 400),
    isSlow: true,
  }),
  createOutage('500', 'InternalServiceError', { behaviour: sendError('InternalServiceError', 500) }),
  createOutage('503, HTML', 'http_503', { behaviour: sendJson(503, '<html>Service Unavailable</html>') }),
  createOutage('slower than its deadline', 'timeout', {
    behaviour: sendLater(4000),
    isSlow: true,
    isAlone: true,
  }),
  createOutage('silent', 'timeout', { behaviour: () => {}, isSlow: true }),
  createOutage('refused', 'ECONNREFUSED', { isRefused: true }),
  createOutage('reset', 'ECONNRESET', { behaviour: (response) => response.socket?.resetAndDestroy() }),
  createOutage('half a response', 'ECONNRESET', {
    behaviour: (response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"SecretString":"', () => response.socket?.destroy());
    },
  }),
  ...['ExpiredTokenException', 'UnrecognizedClientException'].map((name) =>
    createOutage(name, name, { behaviour: sendError(name, 400), isAlone: true }),
  ),
  createOutage('InvalidSignatureException', 'InvalidSignatureException', {
    behaviour: sendError('InvalidSignatureException', 400),
    isSlow: true,
    isAlone: true,
  }),
  createMisconfiguration(
    'access denied',
    'AccessDeniedException',
    sendError('AccessDeniedException', 400, 'User is not authorized to perform this'),
  ),
  createMisconfiguration('key not usable', 'DecryptionFailure', sendError('DecryptionFailure', 400)),
  {
    name: 'missing',
    outcome: 'TenantUnknown',
    reason: 'ResourceNotFoundException',
    behaviour: sendError(
      'ResourceNotFoundException',
      400,
      "Secrets Manager can't find the specified secret.",
    ),
  },
  {
    name: 'being deleted',
    outcome: 'TenantUnknown',
    reason: 'InvalidRequestException',
    behaviour: sendError(
      'InvalidRequestException',
      400,
      'You can’t perform this operation on the secret because it was marked for deletion.',
    ),
  },
  ...misformatted,
  createMisconfiguration('binary', 'secret_binary', sendValue({ SecretBinary: 'AAECAw==' })),
];
