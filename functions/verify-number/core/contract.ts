/**
 * What callers rely on: the one operation's route, what it takes and what it answers.
 * Fields carry the names that they have on the wire. This file imports nothing.
 */

/** The HTTP route, as API Gateway writes a route key. */
export const routeMethod = 'POST';
export const routePath = '/tenants/{tenant_id}/whatsapp/{waba_id}/number/verify';
export const routeKey = `${routeMethod} ${routePath}`;

/** The largest request body (HTTP) or input (direct) that is read, in bytes. */
export const maxRequestBytes = 4096;

/** A request whose every field has been checked. Made by `parseCommand` and by nothing else. */
export interface VerifyNumberCommand {
  /** 1–64 of `A–Z a–z 0–9 _ -`. */
  readonly tenant_id: string;
  /** WhatsApp Business Account: 1–20 digits. */
  readonly waba_id: string;
  /** Kaleyra's phone number id: 1–20 digits, as a string because such ids outgrow 2^53. */
  readonly id: string;
  /** E.164: `+`, then 7–15 digits, the first not 0. */
  readonly phone_number: string;
  /** The one-time password: exactly six ASCII digits. */
  readonly otp: string;
}

/** What a verified number is answered with, by both entry points. */
export interface Verification {
  readonly status: 'verified';
  readonly tenant_id: string;
  readonly waba_id: string;
  readonly id: string;
  readonly phone_number: string;
  /** Kaleyra's `data`, when that is a string. */
  readonly reference?: string;
  /** Kaleyra's `message`. */
  readonly message: string;
}

/** One thing wrong with a request. `pointer` is an RFC 6901 JSON Pointer from the root of the direct input. */
export interface RequestError {
  readonly pointer: string;
  readonly detail: string;
}

/** What Kaleyra's envelope said: its code and its message. */
export interface KaleyraResult {
  readonly code: string;
  readonly message: string;
}
