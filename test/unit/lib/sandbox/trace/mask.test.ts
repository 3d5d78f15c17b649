import { describe, expect, it } from '@jest/globals';
import {
  maskBody,
  maskHeaders,
  maskKaleyraPath,
  maskPhoneNumbers,
  toTracedRequest,
  withoutSecrets,
} from '../../../../../lib/sandbox/trace/mask.ts';

describe('toTracedRequest', () => {
  it('keeps fields that have the documented form, and masks the phone number', () => {
    expect(
      toTracedRequest({ tenant_id: 'acme', waba_id: 'x', id: 678, phone_number: '+919765412345', otp: '1' }),
    ).toEqual({ tenant_id: 'acme', id: '678', phone_number: '+********2345' });
  });

  it.each([undefined, null, 'text', 5, []])('finds nothing in %j', (request) => {
    expect(toTracedRequest(request)).toEqual({});
  });
});

describe('maskBody', () => {
  it('hides the password, the number, and values without the documented form', () => {
    const body = { id: 'fake-api-key', phone_number: '+919765412345', otp: '671242', note: 'x', other: 1 };

    expect(JSON.parse(maskBody(JSON.stringify(body)))).toEqual({
      id: '[not shown]',
      phone_number: '+********2345',
      otp: '••••••',
      '…': '2 other fields',
    });
  });

  it('keeps an id as a number or as a string', () => {
    expect(maskBody('{"id":678}')).toBe('{"id":678}');
    expect(maskBody('{"id":"678"}')).toBe('{"id":"678"}');
  });

  it.each(['otp=671242', '', '[]', '"671242"'])('shows nothing of the body %j', (body) => {
    expect(maskBody(body)).toBe(`[not shown] (${body.length} characters)`);
  });
});

describe('maskHeaders', () => {
  it('shows the values of a few headers only', () => {
    expect(
      maskHeaders({ 'Content-Type': 'application/json', 'api-key': 'fake-api-key', cookie: 'x' }),
    ).toEqual({
      'Content-Type': 'application/json',
      'api-key': '••••••',
      cookie: '••••••',
    });
  });
});

describe('maskKaleyraPath', () => {
  it('hides the SID', () => {
    expect(maskKaleyraPath('/v2/FAKESID/whatsapp/1/number/verify')).toBe(
      '/v2/••••••/whatsapp/1/number/verify',
    );
  });
});

describe('maskPhoneNumbers', () => {
  it('masks the number of the request, with or without its plus', () => {
    expect(maskPhoneNumbers('+919765412345 919765412345 +14', '{"phone_number":"+919765412345"}')).toBe(
      '+********2345 ********2345 +14',
    );
  });
});

describe('withoutSecrets', () => {
  it('removes secrets from values and from names, at any depth', () => {
    expect(
      withoutSecrets({ 'a-secret': ['x a-secret y', { deep: 'a-secret' }], n: 1, none: null }, ['a-secret']),
    ).toEqual({
      '••••••': ['x •••••• y', { deep: '••••••' }],
      n: 1,
      none: null,
    });
  });
});
