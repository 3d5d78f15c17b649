/** The operation's contract: its route, its input and its result. */

/** The HTTP route, in API Gateway's notation. */
export const routeMethod = 'POST';
export const routePath = '/tenants/{tenant_id}/whatsapp/{waba_id}/number/verify';
export const routeKey = `${routeMethod} ${routePath}`;

/** The largest accepted request body (HTTP) or input (direct), in bytes. */
export const maxRequestBytes = 4096;

/** The reserved tenant, whose secret deliberately contains no credentials. The warm-up and the release check read it. */
export const releaseCheckTenantId = '_release-check';

/** The number to verify: every field of a request except the password. */
export interface NumberToVerify {
  /** 1–64 characters from `A–Z a–z 0–9 _ -`. */
  readonly tenant_id: string;
  /** WhatsApp Business Account: 1–20 digits. */
  readonly waba_id: string;
  /** Kaleyra's id of the phone number: 1–20 digits. A string, because such ids can exceed 2^53. */
  readonly id: string;
  /** E.164: `+`, then 7–15 digits, the first not 0. */
  readonly phone_number: string;
}

/** The input of the direct entry point. */
export interface VerifyNumberInput extends Omit<NumberToVerify, 'id'> {
  /** A string of 1–20 digits, or an integer up to 2^53 − 1. */
  readonly id: string | number;
  /** The one-time password: six digits, with at most one hyphen or space after the third. */
  readonly otp: string;
}

/** A parsed request. Only the parser, the use case and the Kaleyra client handle the password. */
export interface VerifyNumberCommand {
  readonly number: NumberToVerify;
  /** The one-time password: exactly six ASCII digits. */
  readonly otp: string;
}

/** The result of a successful verification, the same for both entry points. */
export interface Verification extends NumberToVerify {
  readonly status: 'verified';
  /** Kaleyra's `data`, if it is a string. */
  readonly reference?: string;
  /** Kaleyra's `message`. */
  readonly message: string;
}

/** One problem of a request. `pointer` is an RFC 6901 JSON Pointer that starts at the root of the direct input. */
export interface RequestError {
  readonly pointer: string;
  readonly detail: string;
}

/** The code and message of Kaleyra's envelope. */
export interface KaleyraResult {
  readonly code: string;
  readonly message: string;
}
