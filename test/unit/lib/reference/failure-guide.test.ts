import { describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { readAnswer } from '../../../../functions/verify-number/kaleyra/response.ts';
import { failureGuide } from '../../../../lib/reference/failure-guide.ts';
import { sampleCommand } from '../../../support/events.ts';

const kaleyraSamples = failureCodes.flatMap((code) => {
  const { kaleyra, detail } = failureGuide[code].sample;
  return kaleyra ? [{ code, kaleyra, detail }] : [];
});

describe('the guide to failures', () => {
  it.each(kaleyraSamples)('quotes Kaleyra on $code as the function would', ({ code, kaleyra, detail }) => {
    const body = Buffer.from(JSON.stringify({ ...kaleyra, data: {}, error: {} }));
    const read = () => readAnswer({ status: 200, body }, { apiKey: 'fake-key', ...sampleCommand });
    expect(read).toThrow(expect.objectContaining({ code, kaleyra, message: detail }));
  });

  it('samples an invalid request with each of its mistakes', () => {
    const { errors } = failureGuide.RequestInvalid.sample;
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/phone_number', '/otp']);
  });
});
