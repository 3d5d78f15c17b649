/** Maps responses of Kaleyra's as the client does. */
import type { Failure } from '../../functions/verify-number/core/failures.ts';
import { mapResponse } from '../../functions/verify-number/kaleyra/response.ts';
import type { KaleyraResponse } from '../../functions/verify-number/kaleyra/transport.ts';

export const sampleSecrets = {
  sid: 'FAKESIDACME',
  apiKey: 'fake-api-key-of-acme',
  otp: '671242',
  phone_number: '+919765412345',
} as const;

/** Returns a response with this body: bytes, text, or a value that is sent as JSON. */
export const createResponse = (body: unknown, differing: Partial<KaleyraResponse> = {}): KaleyraResponse => ({
  status: 200,
  body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  endsWithConnection: false,
  ...differing,
});

export const mapBody = (body: unknown, differing: Partial<KaleyraResponse> = {}) =>
  mapResponse(createResponse(body, differing), sampleSecrets);

/** Returns the failure that a response is mapped to. */
export const mapToFailure = (body: unknown, differing: Partial<KaleyraResponse> = {}): Failure => {
  try {
    mapBody(body, differing);
  } catch (failure) {
    return failure as Failure;
  }
  throw new Error('The response was mapped to a success.');
};

/** Returns an envelope with this code. */
export const createEnvelope = (code: unknown, more: object = {}) => ({
  code,
  message: '',
  data: {},
  error: {},
  ...more,
});
