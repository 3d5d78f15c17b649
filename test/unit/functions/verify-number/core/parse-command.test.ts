import { describe, expect, it } from '@jest/globals';
import type { RequestError } from '../../../../../functions/verify-number/core/contract.ts';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import {
  type Body,
  fields,
  parseCommand,
} from '../../../../../functions/verify-number/core/parse-command.ts';
import { directEvent, sampleCommand } from '../../../../support/events.ts';

const parse = (differing: Record<string, unknown>) => {
  const event = directEvent(differing);
  return parseCommand(event, { value: event });
};

const refused = (work: () => unknown): Failure => {
  try {
    work();
  } catch (failure) {
    return failure as Failure;
  }
  throw new Error('nothing was refused');
};

const errorsOf = (work: () => unknown): readonly RequestError[] => {
  const failure = refused(work);
  expect(failure.code).toBe('RequestInvalid');
  return failure.errors ?? [];
};

const pointersOf = (differing: Record<string, unknown>) =>
  errorsOf(() => parse(differing)).map(({ pointer }) => pointer);

describe('a command', () => {
  it('is made of the fields of the table and of no others', () => {
    expect(parse({ note: 'x', status: 'y', toString: 'z' })).toEqual(sampleCommand);
  });

  it.each([
    ['tenant_id', ['a', 'A-Z_0-9', '-', '_', 'x'.repeat(64), '0', 'constructor', '__proto__']],
    ['waba_id', ['0', '1', '00', '9'.repeat(20)]],
    ['id', ['0', '1', '007', '9'.repeat(20)]],
    ['phone_number', ['+1234567', '+123456789012345', '+9765412345']],
    ['otp', ['000000', '999999', '012345']],
  ])('takes %s of %j', (name, values) => {
    for (const value of values) expect(parse({ [name]: value })).toEqual({ ...sampleCommand, [name]: value });
  });

  const notStrings: unknown[] = [null, true, {}, [], [['671242']], 1.5, -1, { toString: 'x' }];
  it.each<[string, unknown[]]>([
    [
      'tenant_id',
      [
        '',
        'x'.repeat(65),
        'a b',
        'a/b',
        '..',
        '.',
        '../globex',
        '%2e%2e',
        '%2f',
        'acme%00',
        'acme\u0000',
        'acme\n',
        'acme\r\nx: y',
        'acm\u0435', // a Cyrillic letter
        'ａｃｍｅ', // full width, which NFKC makes `acme`
        'acme\u0301',
        'café',
        'cafe\u0301',
        '*',
        'a?b',
        'a#b',
        'a@b',
        'arn:aws:secretsmanager:eu-west-1:000000000000:secret:x',
        42,
        ['acme'],
        ...notStrings,
      ],
    ],
    [
      'waba_id',
      [
        '',
        '1'.repeat(21),
        '1 ',
        ' 1',
        '1\n',
        '-1',
        '+1',
        '1.0',
        '1e3',
        '0x1',
        '１',
        '१',
        'a',
        42,
        ...notStrings,
      ],
    ],
    ['id', ['', '1'.repeat(21), '1 ', '1\n', '-1', '1.0', '1e3', '0x1', '１', '१', ...notStrings]],
    [
      'phone_number',
      [
        '',
        '+',
        '9765412345',
        '00919765412345',
        '+0976541234',
        '+123456',
        '+1234567890123456',
        '+91 9765412345',
        '+91-9765412345',
        '+(91)9765412345',
        '+9765412345\n',
        '+９７６５４１２３４５',
        'tel:+9765412345',
        ' +9765412345',
        919765412345,
        ...notStrings,
      ],
    ],
    [
      'otp',
      [
        '',
        '67124',
        '6712420',
        '671 242',
        '67124x',
        '671242\n',
        '٦٧١٢٤٢',
        '６７１２４２',
        '-67124',
        671242,
        ...notStrings,
      ],
    ],
  ])('does not take %s of %j', (name, values) => {
    for (const value of values) expect(pointersOf({ [name]: value })).toEqual([`/${name}`]);
  });

  it.each(Object.keys(sampleCommand))('says that %s is missing, and what it must be', (name) => {
    const [error, ...more] = errorsOf(() => parse({ [name]: undefined }));
    expect(more).toEqual([]);
    expect(error).toEqual({
      pointer: `/${name}`,
      detail: `is missing: it ${fields[name as keyof typeof fields].accepts}`,
    });
  });

  it('is refused for everything at once, in the order of the table', () => {
    const failure = refused(() => parseCommand({}, { value: { id: 'x', phone_number: 1 } }));
    expect(failure.errors).toEqual([
      { pointer: '/tenant_id', detail: 'is missing: it must be a string of 1-64 of A-Z a-z 0-9 _ -' },
      { pointer: '/waba_id', detail: 'is missing: it must be a string of 1-20 digits' },
      {
        pointer: '/id',
        detail: 'must be a string of 1-20 digits, or a JSON integer from 0 to 9007199254740991',
      },
      {
        pointer: '/phone_number',
        detail: 'must be in E.164 form: +, then 7-15 digits, the first not 0',
      },
      { pointer: '/otp', detail: 'is missing: it must be a string of exactly six digits' },
    ]);
    expect(failure.message).toBe(
      `${failure.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}.`,
    );
  });

  it('never has a value of the request repeated in its refusal', () => {
    const value = 'fake value 671242';
    const all = Object.fromEntries(Object.keys(sampleCommand).map((name) => [name, value]));
    const failure = refused(() => parse(all));
    expect(failure.errors).toHaveLength(5);
    expect(`${JSON.stringify(failure)}${failure.message}${failure.stack}`).not.toContain('fake value');
  });

  it('is read from own fields only', () => {
    const inherited = Object.create(directEvent());
    expect(errorsOf(() => parseCommand(inherited, { value: inherited }))).toHaveLength(5);
  });
});

describe('the path', () => {
  it('gives tenant and WABA, whatever the body calls itself', () => {
    const path = { tenant_id: 'acme', waba_id: '1' };
    const command = parseCommand(path, { value: directEvent({ tenant_id: 'globex', waba_id: '2' }) });
    expect(command).toMatchObject(path);
  });
});

describe('an id that is a JSON number', () => {
  const parsed = (json: string) => JSON.parse(json);

  it.each([
    ['0', '0'],
    ['1', '1'],
    ['678997654123456', '678997654123456'],
    ['9007199254740991', '9007199254740991'],
    ['1.0', '1'],
    ['1e3', '1000'],
  ])('%s becomes the digits %s', (json, id) => {
    expect(parse({ id: parsed(json) }).id).toBe(id);
  });

  it.each(['9007199254740992', '9007199254740993', '12345678901234567890', '1e21', '1e400'])(
    '%s has lost digits, and is sent back with what to do, once',
    (json) => {
      expect(errorsOf(() => parse({ id: parsed(json) }))).toEqual([
        {
          pointer: '/id',
          detail: 'is a number past 9007199254740991, which has already lost digits: send it as a string',
        },
      ]);
    },
  );

  it.each(['-1', '-0', '1.5', '0.1', '1e-7', '-1e400', '-9007199254740993'])('%s is none', (json) => {
    expect(errorsOf(() => parse({ id: parsed(json) }))).toEqual([
      { pointer: '/id', detail: fields.id.accepts },
    ]);
  });
});

describe('a body', () => {
  const path = { tenant_id: 'acme', waba_id: '1' };

  it.each([null, undefined, [], [directEvent()], 'text', 42, true])(
    'that is %j is not one JSON object',
    (value) => {
      expect(errorsOf(() => parseCommand(path, { value }))).toEqual([
        { pointer: '', detail: 'must be one JSON object' },
      ]);
    },
  );

  it('that could not be read says why, beside what is wrong with the path', () => {
    const body: Body = { problem: 'must be UTF-8' };
    const failure = refused(() => parseCommand({ tenant_id: '..', waba_id: '1' }, body));
    expect(failure.errors).toEqual([
      { pointer: '/tenant_id', detail: fields.tenant_id.accepts },
      { pointer: '', detail: 'must be UTF-8' },
    ]);
    expect(failure.message).toBe(
      '/tenant_id must be a string of 1-64 of A-Z a-z 0-9 _ -; the request must be UTF-8.',
    );
  });
});
