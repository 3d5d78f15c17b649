/** Kaleyra's responses, for the simulator and for the tests. */

/** Kaleyra's envelope, as its documentation shows it. */
export interface KaleyraEnvelope {
  readonly code: string;
  readonly message: string;
  readonly data: string | object;
  readonly error: object;
}

const reject = (code: string, message: string, error: object, data: object = {}): KaleyraEnvelope => ({
  code,
  message,
  data,
  error,
});

const unknownWaba = 'Waba_id is not present or does not belong to the account.';
const wrongKey = 'Incorrect SID or API key.';
const wrongPhoneNumber = 'invalid phone number';
const approved = 'wa phone number already approved';

/** Every sample response on the vendor's page for the endpoint, word for word. */
export const pageSamples = {
  success: { code: 'WA200', message: 'Request Processed Successfully', data: '7654XXXXXXXXXX', error: {} },
  credentialsRejected: reject('RBC001', wrongKey, { body: wrongKey, error: 'record not found' }, []),
  wabaNotFound: reject('WA401', unknownWaba, { waba_id: unknownWaba }),
  payloadRejected: reject('WA400', 'Refer to correct payload format', {
    payload: 'Incorrect payload format',
  }),
  otpRejected: reject('WA400', 'Incorrect OTP format', { error: 'Incorrect OTP format' }),
  phoneNumberRejected: reject('WA400', wrongPhoneNumber, { phone_number: wrongPhoneNumber }, []),
  alreadyApproved: reject('WA500', approved, { error: approved }, []),
  tryAgainLater: reject('WA500', 'Please try again later', { error: 'Internal server error' }),
} as const;

/**
 * Responses whose codes are on other pages of the vendor's documentation (error codes, WhatsApp v2 error codes), and
 * one whose code is on none. Those pages show no envelopes, so the texts are this project's own.
 */
export const otherSamples = {
  accountNotAuthorized: reject('WA401', 'Unauthorized', { error: 'The account is not approved' }),
  requestRejected: reject('WA400', 'Bad request', { error: 'Bad request' }),
  insufficientBalance: reject('E110', 'Insufficient balance', { error: 'Insufficient balance' }),
  dailyLimitReached: reject('WAV2101', 'Daily limit reached', { error: 'Daily limit reached' }),
  tooManyRequests: reject('WA429', 'Too many requests', { error: 'Too many requests' }),
  unknownCode: reject('WA999', 'A code that no page documents', {}),
} as const;
