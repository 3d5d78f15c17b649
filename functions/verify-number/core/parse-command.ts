import { maxRequestBytes, type RequestError, type VerifyNumberCommand } from './contract.ts';
import { Failure } from './failures.ts';

/** The fields that the HTTP entry point takes from the path. */
export interface PathFields {
  readonly tenant_id?: unknown;
  readonly waba_id?: unknown;
}

/** A request's body: a value of any kind, or why none could be made of it. */
export type Body = { readonly value: unknown } | { readonly problem: string };

/** A field's accepted form: a pattern, and the sentence that says it. Source: the contract's table. */
export const fields = {
  tenant_id: { pattern: /^[A-Za-z0-9_-]{1,64}$/, accepts: 'must be a string of 1-64 of A-Z a-z 0-9 _ -' },
  waba_id: { pattern: /^[0-9]{1,20}$/, accepts: 'must be a string of 1-20 digits' },
  id: {
    pattern: /^[0-9]{1,20}$/,
    accepts: 'must be a string of 1-20 digits, or a JSON integer from 0 to 9007199254740991',
  },
  phone_number: {
    pattern: /^\+[1-9][0-9]{6,14}$/,
    accepts: 'must be in E.164 form: +, then 7-15 digits, the first not 0',
  },
  otp: { pattern: /^[0-9]{6}$/, accepts: 'must be a string of exactly six digits' },
} as const satisfies Record<keyof VerifyNumberCommand, { pattern: RegExp; accepts: string }>;

/**
 * Checks a request, whichever entry point it came by. Fields that are not the contract's are ignored.
 * @throws Failure RequestInvalid with everything that is wrong; no value of the request is repeated in it
 */
export const parseCommand = (path: PathFields, body: Body): VerifyNumberCommand => {
  const errors: RequestError[] = [];
  const checked = (name: keyof VerifyNumberCommand, value: unknown): string => {
    const text = name === 'id' ? digitsOf(value, errors) : value;
    if (typeof text === 'string' && fields[name].pattern.test(text)) return text;
    if (text !== alreadyReported) {
      const detail = value === undefined ? `is missing: it ${fields[name].accepts}` : fields[name].accepts;
      errors.push({ pointer: `/${name}`, detail });
    }
    return '';
  };

  const tenant_id = checked('tenant_id', own(path, 'tenant_id'));
  const waba_id = checked('waba_id', own(path, 'waba_id'));
  const value = 'value' in body ? body.value : undefined;
  if (!isJsonObject(value)) {
    errors.push({ pointer: '', detail: 'problem' in body ? body.problem : 'must be one JSON object' });
    throw invalid(errors);
  }
  const id = checked('id', own(value, 'id'));
  const phone_number = checked('phone_number', own(value, 'phone_number'));
  const otp = checked('otp', own(value, 'otp'));
  if (errors.length > 0) throw invalid(errors);
  return { tenant_id, waba_id, id, phone_number, otp };
};

/** @throws Failure RequestTooLarge */
export const refuseTooLarge = (bytes: number): void => {
  if (bytes <= maxRequestBytes) return;
  throw new Failure('RequestTooLarge', `The request is larger than ${maxRequestBytes} bytes.`);
};

const isJsonObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Inherited fields do not count: a body says what it says by itself. */
const own = (from: object, name: string): unknown =>
  Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined;

const alreadyReported = Symbol();

/** A bare number keeps its digits only up to 2^53-1: past that, JSON parsers have already rounded it. */
const digitsOf = (value: unknown, errors: RequestError[]): unknown => {
  if (typeof value !== 'number') return value;
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (value > Number.MAX_SAFE_INTEGER) {
    const detail = 'is a number past 9007199254740991, which has already lost digits: send it as a string';
    errors.push({ pointer: '/id', detail });
    return alreadyReported;
  }
  return undefined;
};

const invalid = (errors: readonly RequestError[]): Failure => {
  const sentences = errors.map(({ pointer, detail }) => `${pointer || 'the request'} ${detail}`);
  return new Failure('RequestInvalid', `${sentences.join('; ')}.`, { errors });
};
