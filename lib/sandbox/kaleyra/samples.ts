/** Kaleyra's responses, for the simulator and for the tests. */

/** Kaleyra's envelope, as its documentation shows it. */
export interface KaleyraEnvelope {
  readonly code: string;
  readonly message: string;
  readonly data: string | object;
  readonly error: object;
}

/** Every sample response on the vendor's page for the endpoint, word for word. */
export const pageSamples = {
  success: {
    code: 'WA200',
    message: 'Request Processed Successfully',
    data: '7654XXXXXXXXXX',
    error: {},
  },
  credentialsRejected: {
    code: 'RBC001',
    message: 'Incorrect SID or API key.',
    data: [],
    error: {
      body: 'Incorrect SID or API key.',
      error: 'record not found',
    },
  },
  wabaNotFound: {
    code: 'WA401',
    message: 'Waba_id is not present or does not belong to the account.',
    data: {},
    error: {
      waba_id: 'Waba_id is not present or does not belong to the account.',
    },
  },
  payloadRejected: {
    code: 'WA400',
    message: 'Refer to correct payload format',
    data: {},
    error: {
      payload: 'Incorrect payload format',
    },
  },
  otpRejected: {
    code: 'WA400',
    message: 'Incorrect OTP format',
    data: {},
    error: {
      error: 'Incorrect OTP format',
    },
  },
  phoneNumberRejected: {
    code: 'WA400',
    message: 'invalid phone number',
    data: [],
    error: {
      phone_number: 'invalid phone number',
    },
  },
  alreadyApproved: {
    code: 'WA500',
    message: 'wa phone number already approved',
    data: [],
    error: {
      error: 'wa phone number already approved',
    },
  },
  tryAgainLater: {
    code: 'WA500',
    message: 'Please try again later',
    data: {},
    error: {
      error: 'Internal server error',
    },
  },
} as const satisfies Record<string, KaleyraEnvelope>;

/**
 * Responses whose codes are on other pages of the vendor's documentation (error codes, WhatsApp v2 error codes), and
 * one whose code is on none. Those pages show no envelopes, so the texts are this project's own.
 */
export const otherSamples = {
  accountNotAuthorized: {
    code: 'WA401',
    message: 'Unauthorized',
    data: {},
    error: { error: 'The account is not approved' },
  },
  requestRejected: {
    code: 'WA400',
    message: 'Bad request',
    data: {},
    error: { error: 'Bad request' },
  },
  insufficientBalance: {
    code: 'E110',
    message: 'Insufficient balance',
    data: {},
    error: { error: 'Insufficient balance' },
  },
  dailyLimitReached: {
    code: 'WAV2101',
    message: 'Daily limit reached',
    data: {},
    error: { error: 'Daily limit reached' },
  },
  tooManyRequests: {
    code: 'WA429',
    message: 'Too many requests',
    data: {},
    error: { error: 'Too many requests' },
  },
  unknownCode: {
    code: 'WA999',
    message: 'A code that no page documents',
    data: {},
    error: {},
  },
} as const satisfies Record<string, KaleyraEnvelope>;
