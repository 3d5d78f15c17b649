/** Values for the properties: nearly valid ones, and ones of any kind. */
import fc from 'fast-check';

/** The secrets of every case. They are planted where they can occur, and must not appear anywhere else. */
export const plantedOtp = '671242';
export const plantedKey = 'fake-api-key-of-acme';

const isClean = (text: string): boolean => !text.includes(plantedOtp) && !text.includes(plantedKey);

/** Digits that do not contain the planted password by chance. */
const digits = (min: number, max: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`)).filter(isClean);

export const idDigits = digits(1, 20);
const idNumber = fc.maxSafeNat().filter((id) => isClean(String(id)));

const cleanText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).filter(isClean),
  fc.constantFrom('..', '%2e%2e', 'acme\u0000', 'a\r\nb: c', '\u001b[2J', '\u202e', '__proto__'),
);

const cleanJson: fc.Arbitrary<unknown> = fc.oneof(
  cleanText,
  fc.jsonValue({ maxDepth: 3 }).filter((value) => isClean(JSON.stringify(value))),
  fc.constantFrom(null, 2 ** 53, -0, 1e21, 1e-7),
);

/** A valid field, most of the time. It contains no secrets, because callers may see their own fields. */
const nearlyValid = (valid: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 9, arbitrary: valid },
    { weight: 1, arbitrary: cleanJson },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

const anyText = fc.oneof(cleanText, fc.constantFrom(plantedOtp, plantedKey));

const anyJson = fc.oneof(cleanJson, fc.constantFrom(plantedOtp, plantedKey));

const otherFields = fc.dictionary(
  fc.oneof(
    anyText,
    fc.constantFrom('__proto__', 'constructor', 'sid', 'host', 'toString', 'version', 'headers'),
  ),
  anyJson,
  { maxKeys: 3 },
);

export const pathFields = fc.record({
  tenant_id: nearlyValid(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)),
  waba_id: nearlyValid(digits(1, 20)),
});

export const bodyFields = fc
  .tuple(
    otherFields,
    fc.record({
      id: nearlyValid(fc.oneof(idDigits, idNumber)),
      phone_number: nearlyValid(digits(6, 14).map((rest) => `+9${rest}`)),
      otp: nearlyValid(fc.constant(plantedOtp)),
    }),
  )
  .map(([others, fields]) => ({ ...others, ...fields }));

export const anyInput = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(pathFields, bodyFields).map(([path, body]) => ({ ...path, ...body })) },
  { weight: 1, arbitrary: anyJson },
);

/** The text of a body: JSON, nearly JSON, or anything. */
export const bodyText = fc.oneof(
  { weight: 5, arbitrary: bodyFields.map((fields) => JSON.stringify(fields)) },
  { weight: 1, arbitrary: bodyFields.map((fields) => JSON.stringify(fields).slice(0, -1)) },
  { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: anyText },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(5000), bodyFields)
      .map(([size, fields]) => JSON.stringify({ ...fields, x: 'x'.repeat(size) })),
  },
);

export const contentType = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('application/json', 'application/vnd.x+json; charset=utf-8') },
  { weight: 1, arbitrary: fc.oneof(anyText, fc.constantFrom('text/plain', undefined)) },
);

/** A text of Kaleyra's that may contain secrets as words. */
const kaleyraText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        plantedOtp,
        plantedKey,
        plantedKey.toUpperCase(),
        [...plantedKey].join(' '),
        [...plantedKey].join('\u200b'),
        'otp',
        'phone number',
        'already approved',
        'payload',
        'waba_id',
        '\r\n',
        '\u001b[0m',
        '\u200b',
      ),
      fc.string({ maxLength: 12 }).filter((text) => !text.includes(plantedOtp)),
    ),
    { maxLength: 5 },
  )
  .map((words) => words.join(' '));

const kaleyraCode = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('WA200', 'WA400', 'WA401', 'WA429', 'WA500', 'RBC001', 'E110', 'WAV2101'),
  },
  { weight: 1, arbitrary: kaleyraText },
  { weight: 1, arbitrary: anyJson },
);

const kaleyraErrors = fc.oneof(
  fc.dictionary(
    fc.constantFrom('body', 'waba_id', 'payload', 'error', 'phone_number', 'otp', '__proto__'),
    fc.oneof(kaleyraText, anyJson),
    { maxKeys: 2 },
  ),
  fc.array(kaleyraText, { maxLength: 2 }),
  kaleyraText,
  anyJson,
);

const envelope = fc
  .record(
    {
      code: kaleyraCode,
      message: fc.oneof({ weight: 4, arbitrary: kaleyraText }, { weight: 1, arbitrary: anyJson }),
      data: fc.oneof(kaleyraText, anyJson),
      error: kaleyraErrors,
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));

/** A response of Kaleyra's. */
export const kaleyraResponse = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 302, 400, 401, 429, 500, 502, 503),
    fc.integer({ min: 100, max: 599 }),
  ),
  retryAfter: fc.oneof(
    fc.nat(1000).map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.string({ maxLength: 9 }),
    fc.constant(undefined),
  ),
  body: fc.oneof(
    { weight: 6, arbitrary: envelope.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: envelope.map((text) => Buffer.from(text.slice(0, -1))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  ),
  endsWithConnection: fc.boolean(),
});
