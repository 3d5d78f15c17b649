/** Removes passwords, keys, SIDs and phone numbers from everything that a trace shows. */

import { fields } from '../../../functions/verify-number/core/parse-command.ts';
import { redactKey } from '../../../functions/verify-number/kaleyra/redact.ts';
import { maskPhoneNumber } from '../../../functions/verify-number/telemetry/request-event.ts';
import type { TracedRequest } from './traced-call.ts';

const hidden = '••••••';
/** Stands for a value that could be a secret. */
export const notShown = '[not shown]';

/** The fields of a request that have the documented form. Nothing else of a request is known to be harmless. */
export const toTracedRequest = (request: unknown): TracedRequest => {
  const known: Record<string, string> = {};
  for (const name of ['tenant_id', 'waba_id', 'id', 'phone_number'] as const) {
    const text = toText(isRecord(request) ? request[name] : undefined);
    if (text === undefined || !fields[name].pattern.test(text)) continue;
    known[name] = name === 'phone_number' ? maskPhoneNumber(text) : text;
  }
  return known;
};

/** A JSON body with its password and phone number masked, and without the values of undocumented fields. */
export const maskBody = (body: string): string => {
  const value = parseJson(body);
  return isRecord(value) ? JSON.stringify(maskFields(value)) : `${notShown} (${body.length} characters)`;
};

/** A direct call's input, masked as `maskBody` masks a body. */
export const maskFields = (value: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const shown: Readonly<Record<string, unknown>> = { ...toTracedRequest(value) };
  const masked: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    if (!Object.hasOwn(value, name)) continue;
    masked[name] = name === 'otp' ? hidden : name in shown ? keepForm(value[name], shown[name]) : notShown;
  }
  const others = Object.keys(value).filter((name) => !Object.hasOwn(fields, name)).length;
  return others === 0 ? masked : { ...masked, '…': `${others} other ${others === 1 ? 'field' : 'fields'}` };
};

/** An `id` that came as a number stays a number, unless that would change its digits. */
const keepForm = (value: unknown, text: unknown): unknown =>
  typeof value === 'number' && String(value) === text ? value : text;

/** A response in which the phone number of the request's payload is masked, with or without its plus. */
export const maskPhoneNumbers = (response: string, payload: string): string => {
  const request = parseJson(payload);
  const number = isRecord(request) ? request['phone_number'] : undefined;
  if (typeof number !== 'string' || !fields.phone_number.pattern.test(number)) return response;
  return response.replaceAll(number.slice(1), maskPhoneNumber(number).slice(1));
};

const shownHeaders = new Set([
  'accept',
  'content-length',
  'content-type',
  'host',
  'retry-after',
  'user-agent',
]);

/** Headers with the values of all but a few well-known ones hidden. */
export const maskHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      shownHeaders.has(name.toLowerCase()) ? String(value) : hidden,
    ]),
  );

/** The path of an exchange with Kaleyra, without the account's SID. */
export const maskKaleyraPath = (path: string): string => path.replace(/^\/v2\/[^/]+\//, `/v2/${hidden}/`);

/** A copy of a JSON value in which no secret occurs in any string, found as the function finds keys. */
export const withoutSecrets = <T>(value: T, secrets: readonly string[]): T => {
  const clean = (inner: unknown): unknown => {
    if (typeof inner === 'string')
      return secrets.reduce((text, secret) => redactKey(text, secret, hidden), inner);
    if (Array.isArray(inner)) return inner.map(clean);
    if (!isRecord(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, field]) => [clean(name), clean(field)]));
  };
  return clean(value) as T;
};

const toText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
