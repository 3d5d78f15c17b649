/** The schemas of the OpenAPI document, read off the parser's patterns, the contract's types and the catalogue. */
import {
  maxRequestBytes,
  type Verification,
  type VerifyNumberCommand,
} from '../../functions/verify-number/core/contract.ts';
import { catalogue, type FailureCode, failureCodes } from '../../functions/verify-number/core/failures.ts';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import { failureGuide } from './failure-guide.ts';

export type Json = Readonly<Record<string, unknown>>;

export const ref = (kind: 'schemas' | 'headers', name: string): Json => ({
  $ref: `#/components/${kind}/${name}`,
});

const object = (description: string, properties: Json, optional: readonly string[] = []): Json => ({
  type: 'object',
  description,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

const text = (description: string): Json => ({ type: 'string', description });

const descriptions: Readonly<Record<keyof VerifyNumberCommand, string>> = {
  tenant_id: 'Whose Kaleyra account is used.',
  waba_id: "The tenant's WhatsApp Business Account.",
  id: "The phone number's id, as Kaleyra gave it when the number was added. A string keeps all of its digits.",
  phone_number: 'The number to verify.',
  otp: 'The one-time password that the owner of the number received by SMS or call.',
};

/** A field of the request: the parser's own pattern, and the parser's own words. */
export const memberSchema = (name: keyof VerifyNumberCommand): Json => ({
  ...text(`${descriptions[name]} It ${fields[name].accepts}.`),
  pattern: fields[name].pattern.source,
});

const requestSchema = (): Json => {
  const { description, ...digits } = memberSchema('id');
  const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  return object(
    `What Kaleyra itself takes, in at most ${maxRequestBytes} bytes. Other fields are ignored and never forwarded.`,
    {
      id: { description, oneOf: [digits, number] },
      phone_number: memberSchema('phone_number'),
      otp: memberSchema('otp'),
    },
  );
};

const verificationProperties: Readonly<Record<keyof Verification, Json>> = {
  status: { type: 'string', const: 'verified' },
  tenant_id: memberSchema('tenant_id'),
  waba_id: memberSchema('waba_id'),
  id: { ...memberSchema('id'), description: 'The id that was sent, always as a string.' },
  phone_number: memberSchema('phone_number'),
  reference: text("Kaleyra's own reference. Absent where it gave none."),
  message: text("Kaleyra's own words."),
};

const problemProperties: Json = {
  type: text('The code as a URN.'),
  title: text('The same for every occurrence of the code.'),
  status: { type: 'integer', description: 'The HTTP status.' },
  detail: text('What went wrong this time.'),
  instance: text('Names this one request. Operators find its id in their log.'),
  code: text('The stable name of what went wrong: decide by this.'),
  retryable: { type: 'boolean', description: 'Whether the same request may succeed later, unchanged.' },
  kaleyra: ref('schemas', 'KaleyraResult'),
};

export const problemSchemaName = (code: FailureCode): string => `${code}Problem`;

const problemSchema = (code: FailureCode): Json => {
  const { status, title, retryable } = catalogue[code];
  const constants = {
    type: { type: 'string', const: `urn:kaleyra-verify:problem:${code}` },
    title: { type: 'string', const: title },
    status: { type: 'integer', const: status },
    code: { type: 'string', const: code },
    retryable: { type: 'boolean', const: retryable },
  };
  const { meaning, sample } = failureGuide[code];
  const errors = { type: 'array', minItems: 1, items: ref('schemas', 'RequestError') };
  return {
    allOf: [ref('schemas', 'Problem'), object(meaning, sample.errors ? { ...constants, errors } : constants)],
  };
};

/** Every schema under `#/components/schemas`. */
export const openApiSchemas = (): Json => ({
  VerifyNumberRequest: requestSchema(),
  Verification: object('A verified number.', verificationProperties, ['reference']),
  Problem: object('An RFC 9457 problem document.', problemProperties, ['kaleyra']),
  KaleyraResult: object('What Kaleyra answered. Only where its answer had the documented form.', {
    code: text("Kaleyra's code."),
    message: text("Kaleyra's message."),
  }),
  RequestError: object('One thing wrong with a request.', {
    pointer: {
      ...text('An RFC 6901 JSON Pointer. Empty where the request as a whole is meant.'),
      enum: ['', ...Object.keys(fields).map((name) => `/${name}`)],
    },
    detail: text('What is wrong there. What was sent is never repeated.'),
  }),
  GatewayResponse: object('What API Gateway says where it answers in place of the function.', {
    message: text("API Gateway's own words."),
  }),
  ...Object.fromEntries(failureCodes.map((code) => [problemSchemaName(code), problemSchema(code)])),
});
