/** The schemas of the OpenAPI document, derived from the parser's patterns, the contract's types and the catalogue. */
import { maxRequestBytes, type Verification } from '../../functions/verify-number/core/contract.ts';
import {
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../functions/verify-number/core/failures.ts';
import { type FieldName, fields } from '../../functions/verify-number/core/parse-command.ts';
import { toProblemType } from '../../functions/verify-number/pipeline/problem-details.ts';
import { failureGuide } from './failure-guide.ts';
import { failureSamples } from './failure-samples.ts';

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

const descriptions: Readonly<Record<FieldName, string>> = {
  tenant_id: 'The tenant whose Kaleyra account is used.',
  waba_id: "The tenant's WhatsApp Business Account.",
  id: "Kaleyra's id of the phone number, from the response when the number was added.",
  phone_number: 'The number to verify.',
  otp: 'The one-time password that the owner of the number received by SMS or voice call.',
};

/** A field of the request: the parser's pattern and the parser's text. */
export const toFieldSchema = (name: FieldName): Json => ({
  ...text(`${descriptions[name]} It ${fields[name].accepts}.`),
  pattern: fields[name].pattern.source,
});

const createRequestSchema = (): Json => {
  const { description, ...digits } = toFieldSchema('id');
  const number = { type: 'integer', minimum: 0, exclusiveMaximum: 1e20 };
  return object(
    `Kaleyra's own body, at most ${maxRequestBytes} bytes. Unknown fields are ignored and never forwarded.`,
    {
      id: { description, oneOf: [digits, number] },
      phone_number: toFieldSchema('phone_number'),
      otp: toFieldSchema('otp'),
    },
  );
};

const verificationProperties: Readonly<Record<keyof Verification, Json>> = {
  status: { type: 'string', const: 'verified' },
  tenant_id: toFieldSchema('tenant_id'),
  waba_id: toFieldSchema('waba_id'),
  id: { ...toFieldSchema('id'), description: 'The id of the request, always as a string.' },
  phone_number: toFieldSchema('phone_number'),
  reference: text("Kaleyra's reference, if it returned one."),
  message: text("Kaleyra's message."),
};

const problemProperties: Json = {
  type: text('The code as a URN, or as a link to its documentation.'),
  title: text('The same for every occurrence of the code.'),
  status: { type: 'integer', description: 'The HTTP status.' },
  detail: text('What went wrong with this request.'),
  instance: text('The request. Operators find its id in the log.'),
  code: text('The stable name of the failure. Decide by this.'),
  retryable: { type: 'boolean', description: 'Whether the same request may succeed later.' },
  kaleyra: ref('schemas', 'KaleyraResult'),
};

export const getProblemSchemaName = (code: FailureCode): string => `${code}Problem`;

const createProblemSchema = (code: FailureCode): Json => {
  const { status, title, retryable } = getDefinition(code);
  const constants = {
    type: { ...text('The URN, unless the operator has set a base URL.'), examples: [toProblemType(code)] },
    title: { type: 'string', const: title },
    status: { type: 'integer', const: status },
    code: { type: 'string', const: code },
    retryable: { type: 'boolean', const: retryable },
  };
  const { meaning } = failureGuide[code];
  const errors = { type: 'array', minItems: 1, items: ref('schemas', 'RequestError') };
  return {
    allOf: [
      ref('schemas', 'Problem'),
      object(meaning, failureSamples[code].errors ? { ...constants, errors } : constants),
    ],
  };
};

/** Every schema under `#/components/schemas`. */
export const createOpenApiSchemas = (): Json => ({
  VerifyNumberRequest: createRequestSchema(),
  Verification: object('A verified number.', verificationProperties, ['reference']),
  Problem: object('RFC 9457 problem details.', problemProperties, ['kaleyra']),
  KaleyraResult: object("Kaleyra's own result, if it responded in its documented format.", {
    code: text("Kaleyra's code."),
    message: text("Kaleyra's message."),
  }),
  RequestError: object('One problem of a request.', {
    pointer: {
      ...text('An RFC 6901 JSON Pointer. Empty for the body as a whole.'),
      enum: ['', ...Object.keys(fields).map((name) => `/${name}`)],
    },
    detail: text('What is wrong. Values of the request are never repeated.'),
  }),
  GatewayResponse: object('A response of API Gateway itself.', {
    message: text("API Gateway's message."),
  }),
  ...Object.fromEntries(failureCodes.map((code) => [getProblemSchemaName(code), createProblemSchema(code)])),
});
