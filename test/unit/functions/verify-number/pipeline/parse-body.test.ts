import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { maxRequestBytes } from '../../../../../functions/verify-number/core/contract.ts';
import { parseBody } from '../../../../../functions/verify-number/pipeline/parse-body.ts';
import type { PipelineRequest } from '../../../../../functions/verify-number/pipeline/pipeline-request.ts';
import { httpEvent } from '../../../../support/events.ts';

/** Runs the middleware and returns the parsed body. */
const parse = (event: APIGatewayProxyEventV2): unknown => {
  const request = { event, internal: {} } as unknown as PipelineRequest;
  parseBody().before?.(request);
  return request.internal.body;
};

const text = (body: string) => httpEvent({ body });
const bytes = (...parts: (string | number[])[]) =>
  httpEvent({
    bytes: Buffer.concat(parts.map((one) => (typeof one === 'string' ? Buffer.from(one) : Buffer.from(one)))),
  });

/** The text of a JSON object with this many bytes. */
const createObject = (size: number) => `{"a":"${'x'.repeat(size - 8)}"}`;

describe('parseBody', () => {
  it.each([
    ['{"otp":"671242"}', { otp: '671242' }],
    [' \r\n\t{"a":1} ', { a: 1 }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['[1]', [1]],
    ['null', null],
    ['42', 42],
    ['"text"', 'text'],
    ['{"a":"\u00e9\u{1f600}"}', { a: 'é😀' }],
  ])('parses %j, as text and as base64', (json, value) => {
    expect(parse(text(json))).toEqual({ value });
    expect(parse(bytes(json))).toEqual({ value });
  });

  it.each(['', ' ', '{', "{'a':1}", '{"a":1,}', '{"a":1}{"b":2}', 'id=1&otp=2', '<a/>', 'NaN'])(
    'rejects %j, which is not JSON, as text and as base64',
    (body) => {
      expect(parse(text(body))).toEqual({ problem: 'not_json' });
      expect(parse(bytes(body))).toEqual({ problem: 'not_json' });
    },
  );

  it('distinguishes a byte order mark, which people do not see, and UTF-16', () => {
    expect(parse(text('\ufeff{"a":1}'))).toEqual({ problem: 'byte_order_mark' });
    expect(parse(bytes('\ufeff{"a":1}'))).toEqual({ problem: 'byte_order_mark' });
    expect(parse(bytes([...Buffer.from('{"a":1}', 'utf16le')]))).toEqual({ problem: 'not_json' });
  });

  it('rejects a missing body', () => {
    const { body: _body, ...event } = httpEvent();
    expect(parse(event)).toEqual({ problem: 'not_json' });
  });

  it.each([
    ['an invalid byte', [0xff]],
    ['an incomplete character', [0xc3]],
    ['an overlong encoding', [0xc1, 0xa1]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['Latin-1', [0xe9]],
    ['a code point above the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('rejects a body that is not UTF-8: %s', (_name, wrong) => {
    expect(parse(bytes('{"a":"', wrong, '"}'))).toEqual({ problem: 'not_utf8' });
  });

  it('keeps a key named __proto__ as an own property and pollutes no prototype', () => {
    for (const event of [text, bytes]) {
      const { value } = parse(event('{"__proto__":{"otp":"671242"},"a":1}')) as { value: object };
      expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf({}));
      expect(Object.keys(value)).toEqual(['__proto__', 'a']);
      expect('otp' in value).toBe(false);
    }
    expect('otp' in {}).toBe(false);
  });

  it('parses any depth that fits into 4 KiB', () => {
    const deep = '['.repeat(maxRequestBytes / 2) + ']'.repeat(maxRequestBytes / 2);
    expect(parse(text(deep))).toHaveProperty('value');
    const objects = `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`;
    expect(parse(text(objects))).toHaveProperty('value.a.a.a');
  });
});

describe("the source text of a number's id", () => {
  it.each([
    ['{"id":12345678901234567890}', '12345678901234567890'],
    ['{"id" : 1.0}', '1.0'],
    ['{"id":1e3}', '1e3'],
    ['{"id":-0}', '-0'],
    ['{"id":1,"id":2}', '2'],
    ['{"id":"1","id":2}', '2'],
    ['{"a":{"id":1},"id":2,"b":[{"id":3}]}', '2'],
    ['{"\\u0069d":7.0}', '7.0'],
    ['{"__proto__":{"id":1},"id":2.50}', '2.50'],
  ])('is read from %s', (json, idSource) => {
    expect(parse(text(json))).toMatchObject({ idSource });
    expect(parse(bytes(json))).toMatchObject({ idSource });
  });

  it.each(['{"id":"1"}', '{"a":{"id":1}}', '{"id":1,"id":"2"}', '[1]', '{"__proto__":{"id":1}}'])(
    'is absent for %s',
    (json) => {
      expect(parse(text(json))).not.toHaveProperty('idSource');
    },
  );
});

describe('the size of a body', () => {
  const tooLarge = expect.objectContaining({ code: 'RequestTooLarge' });

  it('is at most 4 KiB, in bytes as sent', () => {
    expect(parse(text(createObject(4096)))).toHaveProperty('value');
    expect(parse(bytes(createObject(4096)))).toHaveProperty('value');
    expect(() => parse(text(createObject(4097)))).toThrow(tooLarge);
    expect(() => parse(bytes(createObject(4097)))).toThrow(tooLarge);
    expect(() => parse(text(`{"a":"${'é'.repeat(2045)}"}`))).toThrow(tooLarge);
  });

  it('is checked before anything is parsed', () => {
    expect(() => parse(text('['.repeat(100_000)))).toThrow(tooLarge);
    expect(() => parse(httpEvent({ body: 'x'.repeat(5000), contentType: 'text/plain' }))).toThrow(tooLarge);
  });
});

describe('a content type', () => {
  const json = ['application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8'];
  const others = [
    null,
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/json5',
    'application/xml',
  ];
  const lookalikes = ['application/xml+jsonx', 'text/plain; application/json', 'multipart/form-data'];

  it.each([...json, 'APPLICATION/JSON', 'application/vnd.x+json; charset=utf-8'])(
    'of %s is JSON',
    (contentType) => {
      expect(parse(httpEvent({ body: '{}', contentType }))).toEqual({ value: {} });
    },
  );

  it.each([...others, ...lookalikes])('of %j is rejected', (contentType) => {
    const unsupported = expect.objectContaining({
      code: 'UnsupportedMediaType',
      message: 'The content type is not JSON. Send Content-Type: application/json.',
    });
    expect(() => parse(httpEvent({ contentType }))).toThrow(unsupported);
  });
});

describe('the error of a rejected body', () => {
  it('quotes neither body nor header', () => {
    try {
      parse(httpEvent({ body: '{"otp":"671242"', contentType: 'fake/671242' }));
      throw new Error('The body was accepted.');
    } catch (error) {
      const { message, stack, cause } = error as Error;
      expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain('671242');
      expect(cause).toBeUndefined();
    }
  });
});
