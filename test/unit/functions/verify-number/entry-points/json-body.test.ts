import { describe, expect, it } from '@jest/globals';
import type { Request } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { maxRequestBytes } from '../../../../../functions/verify-number/core/contract.ts';
import { readJsonBody } from '../../../../../functions/verify-number/entry-points/json-body.ts';
import { httpEvent } from '../../../../support/events.ts';

/** The body that comes of an event. */
const read = (event: APIGatewayProxyEventV2): unknown => {
  readJsonBody().before?.({ event } as unknown as Request);
  return event.body;
};

const text = (body: string) => httpEvent({ body });
const bytes = (...all: (string | number[])[]) =>
  httpEvent({
    bytes: Buffer.concat(all.map((one) => (typeof one === 'string' ? Buffer.from(one) : Buffer.from(one)))),
  });

/** A text of so many bytes that is a JSON object. */
const objectOf = (size: number) => `{"a":"${'x'.repeat(size - 8)}"}`;

describe('a body', () => {
  it.each([
    ['{"otp":"671242"}', { otp: '671242' }],
    [' \r\n\t{"a":1} ', { a: 1 }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['[1]', [1]],
    ['null', null],
    ['42', 42],
    ['"text"', 'text'],
    ['{"a":"\u00e9\u{1f600}"}', { a: 'é😀' }],
  ])('of %j is the value of its JSON, in base64 too', (json, value) => {
    expect(read(text(json))).toEqual({ value });
    expect(read(bytes(json))).toEqual({ value });
  });

  it.each([
    '',
    ' ',
    '{',
    "{'a':1}",
    '{"a":1,}',
    '{"a":1}{"b":2}',
    'id=1&otp=2',
    '<a/>',
    'NaN',
    '\ufeff{"a":1}',
  ])('of %j must be JSON, in base64 too', (body) => {
    expect(read(text(body))).toEqual({ problem: 'must be JSON' });
    expect(read(bytes(body))).toEqual({ problem: 'must be JSON' });
  });

  it('that is missing must be JSON', () => {
    const { body: _body, ...event } = httpEvent();
    expect(read(event)).toEqual({ problem: 'must be JSON' });
  });

  it.each([
    ['a byte of no meaning', [0xff]],
    ['half a character', [0xc3]],
    ['a letter written too long', [0xc1, 0xa1]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['Latin-1', [0xe9]],
    ['a code point past the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('with %s must be UTF-8', (_name, wrong) => {
    expect(read(bytes('{"a":"', wrong, '"}'))).toEqual({ problem: 'must be UTF-8' });
  });

  it('of UTF-16 is none', () => {
    const event = httpEvent({ bytes: Buffer.from('{"a":1}', 'utf16le') });
    expect(read(event)).toEqual({ problem: 'must be JSON' });
  });

  it('keeps a field called __proto__ as a field, and nothing is polluted', () => {
    for (const event of [text, bytes]) {
      const { value } = read(event('{"__proto__":{"otp":"671242"},"a":1}')) as { value: object };
      expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf({}));
      expect(Object.keys(value)).toEqual(['__proto__', 'a']);
      expect('otp' in value).toBe(false);
    }
    expect(read(text('{"constructor":{"prototype":{"otp":"671242"}}}'))).toEqual({
      value: { constructor: { prototype: { otp: '671242' } } },
    });
    expect('otp' in {}).toBe(false);
  });

  it('may be nested as deeply as it has room for', () => {
    const deep = '['.repeat(maxRequestBytes / 2) + ']'.repeat(maxRequestBytes / 2);
    expect(read(text(deep))).toHaveProperty('value');
    const objects = `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`;
    expect(read(text(objects))).toHaveProperty('value.a.a.a');
  });
});

describe("a body's size", () => {
  const tooLarge = expect.objectContaining({
    code: 'RequestTooLarge',
    message: 'The request is larger than 4096 bytes.',
  });

  it('may be 4 KiB and not a byte more, counted in bytes as sent', () => {
    expect(read(text(objectOf(4096)))).toHaveProperty('value');
    expect(read(bytes(objectOf(4096)))).toHaveProperty('value');
    expect(() => read(text(objectOf(4097)))).toThrow(tooLarge);
    expect(() => read(bytes(objectOf(4097)))).toThrow(tooLarge);
    expect(() => read(text(`{"a":"${'é'.repeat(2045)}"}`))).toThrow(tooLarge);
  });

  it('is looked at before anything is parsed', () => {
    expect(() => read(text('['.repeat(100_000)))).toThrow(tooLarge);
    expect(() => read(httpEvent({ body: 'x'.repeat(5000), contentType: 'text/plain' }))).toThrow(tooLarge);
  });
});

describe('a content type', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'APPLICATION/JSON',
    'application/vnd.x+json; charset=utf-8',
    'application/problem+json',
  ])('of %s is JSON', (contentType) => {
    expect(read(httpEvent({ body: '{}', contentType }))).toEqual({ value: {} });
  });

  it.each([
    null,
    '',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    'application/json5',
    'application/xml+jsonx',
    'text/plain; application/json',
    'application/xml',
  ])('of %j is not', (contentType) => {
    const unsupported = expect.objectContaining({
      code: 'UnsupportedMediaType',
      message: 'The content type must be application/json.',
    });
    expect(() => read(httpEvent({ contentType }))).toThrow(unsupported);
  });
});

describe('what is thrown', () => {
  it('quotes neither body nor header', () => {
    try {
      read(httpEvent({ body: '{"otp":"671242"', contentType: 'fake/671242' }));
      throw new Error('nothing was thrown');
    } catch (error) {
      const { message, stack, cause } = error as Error;
      expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain('671242');
      expect(cause).toBeUndefined();
    }
  });
});
