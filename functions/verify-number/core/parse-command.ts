/** Parses a request into a command, for both entry points. */
import { maxRequestBytes, type RequestError, type VerifyNumberCommand } from './contract.ts';
import { defaultDetails, Failure } from './failures.ts';

/** The fields that the HTTP entry point takes from the path. */
export interface PathFields {
  readonly tenant_id?: unknown;
  readonly waba_id?: unknown;
}

/** A request's body: a value of any type, or why the body cannot be parsed. */
export type Body =
  | {
      readonly value: unknown;
      /** The JSON source text of a top-level `id` that is a number, which keeps all its digits. */
      readonly idSource?: string | undefined;
    }
  | { readonly problem: BodyProblem };

const bodyProblems = {
  not_json: 'must be JSON',
  byte_order_mark: 'contains U+FEFF, a byte order mark, before the JSON: send it without',
  not_utf8: 'must be UTF-8',
  not_an_object: 'must be a single JSON object',
} as const;
type BodyProblem = keyof typeof bodyProblems;

interface Field {
  readonly pattern: RegExp;
  /** The pattern in words. */
  readonly accepts: string;
  /** The accepted characters in words. */
  readonly characters: string;
}

/** Every field's accepted values. */
export const fields = {
  tenant_id: {
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
    accepts: 'must be a string of 1-64 characters from A-Z a-z 0-9 _ -',
    characters: 'A-Z a-z 0-9 _ -',
  },
  waba_id: {
    pattern: /^[0-9]{1,20}$/,
    accepts: 'must be a string of 1-20 digits',
    characters: 'the digits 0-9',
  },
  id: {
    pattern: /^[0-9]{1,20}$/,
    accepts: 'must be a string of 1-20 digits or a JSON integer',
    characters: 'the digits 0-9',
  },
  phone_number: {
    pattern: /^\+[1-9][0-9]{6,14}$/,
    accepts: 'must be in E.164 format: +, then 7-15 digits, the first not 0',
    characters: '+ and the digits 0-9',
  },
  otp: {
    // WhatsApp displays 123-456.
    pattern: /^[0-9]{3}[- ]?[0-9]{3}$/,
    accepts: 'must be a string of six digits, with at most one hyphen or space after the third',
    characters: 'the digits 0-9',
  },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof fields;

export const isTenantId = (value: unknown): value is string =>
  typeof value === 'string' && fields.tenant_id.pattern.test(value);

/**
 * Parses a request. Unknown fields are ignored.
 * @throws Failure RequestInvalid with every problem; it never repeats a value of the request
 */
export const parseCommand = (path: PathFields, body: Body): VerifyNumberCommand => {
  const errors: RequestError[] = [];
  const parseField = (name: FieldName, value: unknown): string => {
    const text = typeof value === 'string' ? value : '';
    if (fields[name].pattern.test(text)) return text;
    errors.push({
      pointer: `/${name}`,
      detail: value === undefined ? describeMissing(name) : describe(name, text),
    });
    return '';
  };

  const tenant_id = parseField('tenant_id', getOwn(path, 'tenant_id'));
  const waba_id = parseField('waba_id', getOwn(path, 'waba_id'));
  if ('problem' in body || !isJsonObject(body.value)) {
    const problem = 'problem' in body ? body.problem : 'not_an_object';
    errors.push({ pointer: '', detail: bodyProblems[problem] });
    throw createRequestInvalid(errors, problem);
  }
  const givenId = getOwn(body.value, 'id');
  const isRounded = typeof givenId === 'number' && body.idSource === undefined && !isExact(givenId);
  if (isRounded) errors.push({ pointer: '/id', detail: roundedId });
  const id = isRounded ? '' : parseField('id', toIdText(givenId, body.idSource));
  const phone_number = parseField('phone_number', getOwn(body.value, 'phone_number'));
  const otp = parseField('otp', getOwn(body.value, 'otp')).replace(/[- ]/, '');
  if (errors.length > 0) throw createRequestInvalid(errors);
  return { number: { tenant_id, waba_id, id, phone_number }, otp };
};

const describeMissing = (name: FieldName): string => `is missing: it ${fields[name].accepts}`;

/** Names a character that people do not see or take for another one. Other characters of the value are not repeated. */
const describe = (name: FieldName, text: string): string => {
  const { accepts, characters } = fields[name];
  const foreign = nameForeignCharacter(text);
  return foreign ? `contains ${foreign}; only ${characters} are accepted` : accepts;
};

/** Returns the first character outside printable ASCII as `U+200F`, if there is one. */
export const nameForeignCharacter = (text: string): string | undefined => {
  const [foreign] = /[^\x20-\x7e]/u.exec(text) ?? [];
  return foreign && `U+${foreign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
};

/** @throws Failure RequestTooLarge */
export const rejectTooLarge = (bytes: number): void => {
  if (bytes <= maxRequestBytes) return;
  throw new Failure('RequestTooLarge', defaultDetails.RequestTooLarge);
};

const isJsonObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own properties only, so that `__proto__` in a body has no effect. */
const getOwn = (from: object, name: string): unknown =>
  Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined;

/** A number without its source text is exact up to 2^53-1. Beyond that, the JSON parser has rounded it. */
const isExact = (value: number): boolean => value <= Number.MAX_SAFE_INTEGER;

const roundedId = `is a number above ${Number.MAX_SAFE_INTEGER}, which has lost digits: send it as a string`;

/** Prefers the source text, in which 1.0, 1e3 and -0 are visible. */
const toIdText = (value: unknown, source: string | undefined): unknown => {
  if (typeof value !== 'number') return value;
  return source ?? (Object.is(value, -0) ? '-0' : String(value));
};

/** @param reason for the log; by default the names of the invalid fields */
const createRequestInvalid = (errors: readonly RequestError[], reason = toNames(errors)): Failure => {
  const problems = errors.map(({ pointer, detail }) => `${pointer.slice(1) || 'the body'} ${detail}`);
  return new Failure(
    'RequestInvalid',
    `The request is invalid: ${problems.join('; ')}. Correct it and send it again.`,
    { errors, reason },
  );
};

const toNames = (errors: readonly RequestError[]): string =>
  errors.map(({ pointer }) => pointer.slice(1)).join(',');
