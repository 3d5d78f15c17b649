import { describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { mapResponse } from '../../../../functions/verify-number/kaleyra/response.ts';
import { failureGuide } from '../../../../lib/reference/failure-guide.ts';
import { sampleCommand } from '../../../support/events.ts';

const kaleyraSamples = failureCodes.flatMap((code) => {
  const { kaleyra, detail } = failureGuide[code].sample;
  return kaleyra ? [{ code, kaleyra, detail }] : [];
});

describe('the failure guide', () => {
  it.each(kaleyraSamples)(
    'has a sample for $code that the function maps to the same code',
    ({ code, kaleyra, detail }) => {
      const body = Buffer.from(JSON.stringify({ ...kaleyra, data: {}, error: {} }));
      const read = () =>
        mapResponse(
          { status: 200, body, endsWithConnection: false },
          { apiKey: 'fake-key', otp: sampleCommand.otp, phone_number: sampleCommand.number.phone_number },
        );
      expect(read).toThrow(expect.objectContaining({ code, kaleyra, message: detail }));
    },
  );

  it('has a sample of an invalid request with all its problems', () => {
    const { errors } = failureGuide.RequestInvalid.sample;
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/phone_number', '/otp']);
  });
});
