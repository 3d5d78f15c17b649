import { describe, expect, it } from '@jest/globals';
import { redact, type SensitiveValues } from '../../../../../functions/verify-number/kaleyra/redact.ts';

const secrets: SensitiveValues = {
  sid: 'FAKESIDACME',
  apiKey: 'Fake-Api-Key-Of-Acme-12',
  otp: '671242',
  phone_number: '+919765412345',
};

describe('redact', () => {
  it.each([
    ['fine', 'fine'],
    ['', ''],
    ['grüße, नमस्ते 👋', 'grüße, नमस्ते 👋'],
    ['a\r\nb', 'a b'],
    ['a  b\u00a0\u00a0c', 'a b c'],
    ['a\u001b[31mb', 'a [31mb'],
    ['a\u0000\u0007\u009bb', 'a b'],
    ['a\u202eb', 'a b'],
    ['a\u200bb', 'a b'],
    ['a\u2028\u2029b', 'a b'],
    ['{"level":"INFO"}\n{"code":"Verified"}', '{"level":"INFO"} {"code":"Verified"}'],
    ['\ud800', '\ufffd'],
  ])('shows %j as %j, on one line', (text, shown) => {
    expect(redact(text, secrets)).toBe(shown);
  });

  it('cuts a text to 256 characters after it has removed the secrets', () => {
    expect(redact('x'.repeat(300), secrets)).toBe('x'.repeat(256));
    expect(redact(`${'x'.repeat(250)}${secrets.apiKey}`, secrets)).toBe(`${'x'.repeat(250)}[redac`);
    expect(redact(`${'x'.repeat(255)}👋`, secrets)).toBe(`${'x'.repeat(255)}\ufffd`);
  });
});

/** Moves the letters to another block of Unicode. */
const toLetters = (text: string, offset: number): string =>
  text
    .toUpperCase()
    .replace(/[A-Z]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + offset));

describe('redact, for a SID', () => {
  it.each([secrets.sid, 'fakesidacme', 'F A K E S I D A C M E', toLetters(secrets.sid, 0xfee0)])(
    'redacts %j',
    (sid) => {
      expect(redact(`account ${sid} is closed`, secrets)).toBe('account [redacted] is closed');
    },
  );
});

describe('redact, for a key', () => {
  const key = secrets.apiKey;

  it.each([
    ['as it is', `key ${key}!`, 'key [redacted]!'],
    ['between letters and digits', `X${key}9`, 'X[redacted]9'],
    ['in upper case', key.toUpperCase(), '[redacted]'],
    ['in lower case', `key=${key.toLowerCase()}`, 'key=[redacted]'],
    ['twice', `${key}, ${key}`, '[redacted], [redacted]'],
    ['twice in a row', `${key}${key}`, '[redacted][redacted]'],
    ['with spaces', `key ${[...key].join(' ')} end`, 'key [redacted] end'],
    ['with line breaks and tabs', [...key].join('\r\n\t'), '[redacted]'],
    ['with zero-width characters', [...key].join('\u200b\u200d\ufeff'), '[redacted]'],
    ['with soft hyphens', `a${[...key].join('\u00ad')}b`, 'a[redacted]b'],
    ['with fillers and variation selectors', [...key].join('\u3164\u034f\ufe0f\u2800'), '[redacted]'],
    ['with tags outside the basic plane', [...key].join('\u{e0041}'), '[redacted]'],
    ['with control characters', [...key].join('\u0000'), '[redacted]'],
    ['in full-width letters', toLetters(key, 0xfee0), '[redacted]'],
    ['in mathematical letters', toLetters(key, 0x1d400 - 0x41), '[redacted]'],
  ])('redacts it %s', (_name, text, shown) => {
    expect(redact(text, secrets)).toBe(shown);
  });

  it('redacts any 12 consecutive characters, and shows 11', () => {
    for (let start = 0; start + 12 <= key.length; start += 1) {
      expect(redact(`<${key.slice(start, start + 12)}>`, secrets)).toBe('<[redacted]>');
    }
    for (let start = 0; start + 11 <= key.length; start += 1) {
      const part = key.slice(start, start + 11);
      expect(redact(`<${part}>`, secrets)).toBe(`<${part}>`);
    }
  });

  it('redacts the whole of a longer part', () => {
    expect(redact(`<${key.slice(3, 20)}>`, secrets)).toBe('<[redacted]>');
    expect(redact(`${key.slice(0, 15)}${key.slice(5)}`, secrets)).toBe('[redacted][redacted]');
  });

  it.each(['fake-key-1', '1-fake-key', '1fake1', '!'])('redacts the shorter key %s as a whole', (apiKey) => {
    const given = { ...secrets, apiKey };
    expect(redact(`key 9${apiKey.toUpperCase()}9`, given)).toBe('key 9[redacted]9');
    if (apiKey.length > 1) expect(redact(apiKey.slice(1), given)).toBe(apiKey.slice(1));
  });

  it('finds it after characters whose lower case is longer', () => {
    expect(redact(`\u0130\u0130 ${secrets.apiKey}!`, secrets)).toBe('\u0130\u0130 [redacted]!');
  });

  it('keeps the characters around it, also those outside the basic plane', () => {
    expect(redact(`👋👋${key}👋`, secrets)).toBe('👋👋[redacted]👋');
  });
});

describe('redact, for a password', () => {
  it.each([
    ['OTP 671242 is wrong', 'OTP [redacted] is wrong'],
    ['671242', '[redacted]'],
    ['(671242)(671242)', '([redacted])([redacted])'],
    ['x671242y', 'x[redacted]y'],
    ['id 678671242654', 'id 678671242654'],
    ['6712420', '6712420'],
    ['1671242', '1671242'],
    ['OTP 671 242 or 671-242', 'OTP [redacted] or [redacted]'],
    ['671242.', '[redacted].'],
    ['at 6:71:24:2', 'at [redacted]'],
    ['671\u200b242', '[redacted]'],
    ['6   7 1\u200b\u200b\u200b\u200b2\n\n\n\n4 2', '[redacted]'],
    ['671242 +919765412345', '[redacted] [redacted]'],
    ['６７１２４２', '[redacted]'],
    ['6\u2800\u2800\u2800\u28007\u3164\u3164\u3164\u31641242', '[redacted]'],
    ['67124', '67124'],
  ])('shows %j as %j', (text, shown) => {
    expect(redact(text, secrets)).toBe(shown);
  });
});

describe('redact, for a phone number', () => {
  it.each([
    ['+919765412345 is known', '[redacted] is known'],
    ['number 919765412345', 'number [redacted]'],
    ['0919765412345', '[redacted]'],
    ['9765412345 is already approved', '[redacted] is already approved'],
    ['+91 97654 12345, +91 (97654) 12345', '[redacted], [redacted]'],
    ['54-12-345', '[redacted]'],
    ['9197654123456', '9197654123456'],
    ['412345', '412345'],
  ])('shows %j as %j', (text, shown) => {
    expect(redact(text, secrets)).toBe(shown);
  });

  it('keeps it on request, but not the key or the password', () => {
    expect(redact(`919765412345 671242 ${secrets.apiKey}`, secrets, true)).toBe(
      '919765412345 [redacted] [redacted]',
    );
  });
});

describe('redact, for 64 KiB of text', () => {
  const fill = (text: string) => text.repeat(Math.ceil(65_536 / text.length)).slice(0, 65_536);

  // A pattern that backtracks would take minutes. The test's own time limit fails it.
  it.each([
    ['one digit', fill('1')],
    ['digits of the number', fill('5412345')],
    ['digits with separators', fill('1...')],
    ['nearly the password', fill('67124 ')],
    ['nearly the key', fill(secrets.apiKey.slice(0, 11))],
    ['invisible characters', fill('\u200b')],
    ['plus signs', fill('+')],
  ])('ends with %s', (_name, text) => {
    const given = { ...secrets, otp: '111112', phone_number: '+911111111112' };
    expect(redact(text, given).length).toBeLessThanOrEqual(256);
  });
});

describe('redact, for a phone number that is too short to be recognized', () => {
  it('keeps the other digits of the text', () => {
    expect(redact('request 20261124', { ...secrets, phone_number: '+4' })).toBe('request 20261124');
  });

  it('does not include a number of seven digits, the shortest', () => {
    expect(redact('number 1234567', { ...secrets, phone_number: '+1234567' })).toBe('number [redacted]');
  });
});
