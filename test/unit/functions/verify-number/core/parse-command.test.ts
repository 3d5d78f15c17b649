import { describe, expect, it } from '@jest/globals';
import type { RequestError } from '../../../../../functions/verify-number/core/contract.ts';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import {
  type Body,
  type FieldName,
  fields,
  parseCommand,
} from '../../../../../functions/verify-number/core/parse-command.ts';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import { directEvent, sampleCommand } from '../../../../support/events.ts';

/** Parses the sample request with other fields, and returns the command as one flat object. */
const parse = (differing: Record<string, unknown>, idSource?: string) => {
  const event = directEvent(differing);
  const { number, otp } = parseCommand(event, { value: event, idSource });
  return { ...number, otp };
};

const catchFailure = (work: () => unknown): Failure => {
  try {
    work();
  } catch (failure) {
    return failure as Failure;
  }
  throw new Error('The request was accepted.');
};

const getErrors = (work: () => unknown): readonly RequestError[] => {
  const failure = catchFailure(work);
  expect(failure.code).toBe('RequestInvalid');
  return failure.errors ?? [];
};

const getPointers = (differing: Record<string, unknown>) =>
  getErrors(() => parse(differing)).map(({ pointer }) => pointer);

describe('parseCommand', () => {
  it('returns the known fields and ignores all others', () => {
    const event = directEvent({ note: 'x', status: 'y', toString: 'z' });
    expect(parseCommand(event, { value: event })).toEqual(sampleCommand);
  });

  it.each([
    ['tenant_id', ['a', 'A-Z_0-9', '-', '_', 'x'.repeat(64), '0', 'constructor', '__proto__']],
    ['waba_id', ['0', '1', '00', '9'.repeat(20)]],
    ['id', ['0', '1', '007', '9'.repeat(20)]],
    ['phone_number', ['+1234567', '+123456789012345', '+9765412345']],
    ['otp', ['000000', '999999', '012345']],
  ])('accepts as %s each of %j', (name, values) => {
    for (const value of values) expect(parse({ [name]: value })).toEqual({ ...sampleRequest, [name]: value });
  });

  it.each(['671-242', '671 242'])("accepts the password in WhatsApp's format %j", (otp) => {
    expect(parse({ otp }).otp).toBe('671242');
  });

  /** Every ASCII character, and others that look like accepted ones or that Unicode converts to them. */
  const characters = [
    ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
    ...'\u0435ａ１१é',
  ];

  it.each([
    ['tenant_id', (each: string) => `acme${each}`, /[A-Za-z0-9_-]/],
    ['tenant_id', (each: string) => `${each}acme`, /[A-Za-z0-9_-]/],
    ['waba_id', (each: string) => `1${each}`, /[0-9]/],
    ['waba_id', (each: string) => `${each}1`, /[0-9]/],
    ['id', (each: string) => `1${each}`, /[0-9]/],
    ['id', (each: string) => `${each}1`, /[0-9]/],
    ['phone_number', (each: string) => `+91976541${each}`, /[0-9]/],
    ['phone_number', (each: string) => `+${each}919765412`, /[1-9]/],
    ['phone_number', (each: string) => `${each}919765412`, /[+]/],
    ['otp', (each: string) => `67124${each}`, /[0-9]/],
    ['otp', (each: string) => `${each}71242`, /[0-9]/],
    ['otp', (each: string) => `671${each}242`, /[- ]/],
    ['otp', (each: string) => `67${each}1242`, /[^\s\S]/],
    ['otp', (each: string) => `671242${each}`, /[^\s\S]/],
  ] as const)('accepts in %s at the place of %s only %s', (name, toValue, accepted) => {
    for (const character of characters) {
      const isAccepted = accepted.test(character);
      if (isAccepted) expect(() => parse({ [name]: toValue(character) })).not.toThrow();
      else
        expect([character, getPointers({ [name]: toValue(character) })]).toEqual([character, [`/${name}`]]);
    }
  });

  const notStrings: unknown[] = [null, true, {}, [], [['671242']], 1.5, -1, { toString: 'x' }, ''];
  it.each<[string, unknown[]]>([
    ['tenant_id', ['x'.repeat(65), '..', '../globex', 'acme\r\nx: y', 42, ['acme'], ...notStrings]],
    ['waba_id', ['1'.repeat(21), '1.0', '1e3', 42, ...notStrings]],
    ['id', ['1'.repeat(21), '1.0', '1e3', ...notStrings]],
    ['phone_number', ['+', '+123456', '+1234567890123456', 'tel:+9765412345', 919765412345, ...notStrings]],
    ['otp', ['67124', '6712420', '671--242', '671  242', '-67124', 671242, ...notStrings]],
  ])('rejects as %s each of %j', (name, values) => {
    for (const value of values)
      expect([value, getPointers({ [name]: value })]).toEqual([value, [`/${name}`]]);
  });

  it.each(Object.keys(sampleRequest))('reports that %s is missing and what it must be', (name) => {
    expect(getErrors(() => parse({ [name]: undefined }))).toEqual([
      { pointer: `/${name}`, detail: `is missing: it ${fields[name as FieldName].accepts}` },
    ]);
  });

  it('reports every problem in one failure', () => {
    const failure = catchFailure(() => parseCommand({}, { value: { id: 'x', phone_number: 1 } }));
    expect(failure.errors).toEqual([
      {
        pointer: '/tenant_id',
        detail: 'is missing: it must be a string of 1-64 characters from A-Z a-z 0-9 _ -',
      },
      { pointer: '/waba_id', detail: 'is missing: it must be a string of 1-20 digits' },
      { pointer: '/id', detail: 'must be a string of 1-20 digits or a JSON integer' },
      { pointer: '/phone_number', detail: 'must be in E.164 format: +, then 7-15 digits, the first not 0' },
      {
        pointer: '/otp',
        detail:
          'is missing: it must be a string of six digits, with at most one hyphen or space after the third',
      },
    ]);
    expect(failure.message).toBe(
      'The request is invalid: tenant_id is missing: it must be a string of 1-64 characters from A-Z a-z 0-9 _ -; ' +
        'waba_id is missing: it must be a string of 1-20 digits; ' +
        'id must be a string of 1-20 digits or a JSON integer; ' +
        'phone_number must be in E.164 format: +, then 7-15 digits, the first not 0; ' +
        'otp is missing: it must be a string of six digits, with at most one hyphen or space after the third. ' +
        'Correct it and send it again.',
    );
  });

  it('has a reason for the log: the names of the invalid fields', () => {
    expect(catchFailure(() => parse({ id: 'x', otp: 1 })).reason).toBe('id,otp');
    expect(catchFailure(() => parseCommand({}, { problem: 'not_json' })).reason).toBe('not_json');
    expect(catchFailure(() => parseCommand({}, { value: [] })).reason).toBe('not_an_object');
  });

  it('never repeats a value of the request', () => {
    const value = 'fake value 671242';
    const all = Object.fromEntries(Object.keys(sampleRequest).map((name) => [name, value]));
    const failure = catchFailure(() => parse(all));
    expect(failure.errors).toHaveLength(5);
    expect(`${JSON.stringify(failure)}${failure.message}${failure.stack}`).not.toContain('fake value');
  });

  it('reads own properties only', () => {
    const inherited = Object.create(directEvent());
    expect(getErrors(() => parseCommand(inherited, { value: inherited }))).toHaveLength(5);
  });

  it('takes tenant and WABA from the path, not from the body', () => {
    const path = { tenant_id: 'acme', waba_id: '1' };
    const { number } = parseCommand(path, { value: directEvent({ tenant_id: 'globex', waba_id: '2' }) });
    expect(number).toMatchObject(path);
  });
});

describe('a value with a character that people do not see, or take for another one', () => {
  it.each([
    ['otp', '671\u00a0242', 'U+00A0'],
    ['otp', '671\u2011242', 'U+2011'],
    ['otp', '\u200f671242', 'U+200F'],
    ['otp', '\u0666\u0667\u0661\u0662\u0664\u0662', 'U+0666'],
    ['phone_number', '\u202a+919765412345\u202c', 'U+202A'],
    ['phone_number', '\uff0b919765412345', 'U+FF0B'],
    ['id', '1\ufeff', 'U+FEFF'],
    ['waba_id', '\u{1d7d8}', 'U+1D7D8'],
    ['tenant_id', 'acm\u0435', 'U+0435'],
    ['tenant_id', 'acme\n', 'U+000A'],
  ] as const)('is rejected with its name: %s %j', (name, value, character) => {
    expect(getErrors(() => parse({ [name]: value }))).toEqual([
      {
        pointer: `/${name}`,
        detail: `contains ${character}; only ${fields[name].characters} are accepted`,
      },
    ]);
  });
});

describe('an id that is a JSON number', () => {
  const parseId = (json: string, hasSource: boolean) =>
    parse({ id: JSON.parse(json) }, hasSource ? json : undefined).id;

  it.each(['0', '1', '678997654123456', '9007199254740991'])('keeps the digits of %s', (json) => {
    expect(parseId(json, true)).toBe(json);
    expect(parseId(json, false)).toBe(json);
  });

  it.each(['9007199254740993', '12345678901234567890', '9'.repeat(20)])(
    'keeps all digits of %s if its source text is known',
    (json) => {
      expect(parseId(json, true)).toBe(json);
    },
  );

  it.each(['9007199254740992', '9007199254740993', '12345678901234567890', '1e21', '1e400'])(
    'rejects %s without its source text, because it has lost digits',
    (json) => {
      expect(getErrors(() => parseId(json, false))).toEqual([
        {
          pointer: '/id',
          detail: 'is a number above 9007199254740991, which has lost digits: send it as a string',
        },
      ]);
    },
  );

  it.each(['1.0', '1e3', '1E3', '-0', '-1', '123.99', '1e21', '1'.repeat(21)])(
    'rejects %s by its source text',
    (json) => {
      expect(getErrors(() => parseId(json, true))).toEqual([{ pointer: '/id', detail: fields.id.accepts }]);
    },
  );

  it.each(['-1', '-0', '1.5', '0.1', '1e-7', '-1e400', '-9007199254740993'])(
    'rejects %s without its source text',
    (json) => {
      expect(getErrors(() => parseId(json, false))).toEqual([{ pointer: '/id', detail: fields.id.accepts }]);
    },
  );
});

describe('a body', () => {
  const path = { tenant_id: 'acme', waba_id: '1' };

  it.each([null, undefined, [], [directEvent()], 'text', 42, true])(
    'that is %j is rejected, because it is not a single JSON object',
    (value) => {
      expect(getErrors(() => parseCommand(path, { value }))).toEqual([
        { pointer: '', detail: 'must be a single JSON object' },
      ]);
    },
  );

  it('that cannot be parsed is reported together with the problems of the path', () => {
    const body: Body = { problem: 'not_utf8' };
    const failure = catchFailure(() => parseCommand({ tenant_id: '..', waba_id: '1' }, body));
    expect(failure.errors).toEqual([
      { pointer: '/tenant_id', detail: fields.tenant_id.accepts },
      { pointer: '', detail: 'must be UTF-8' },
    ]);
    expect(failure.message).toContain('; the body must be UTF-8.');
  });
});
