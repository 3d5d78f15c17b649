import { describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { mapResponse } from '../../../../functions/verify-number/kaleyra/response.ts';
import { failureSamples } from '../../../../lib/reference/failure-samples.ts';
import { sampleCommand } from '../../../support/events.ts';

const kaleyraSamples = failureCodes.flatMap((code) => {
  const { kaleyra, detail } = failureSamples[code];
  return kaleyra ? [{ code, kaleyra, detail }] : [];
});

describe('failureSamples', () => {
  it.each(kaleyraSamples)(
    'has a sample for $code that the function maps to the same code',
    ({ code, kaleyra, detail }) => {
      const body = Buffer.from(JSON.stringify({ ...kaleyra, data: {}, error: {} }));
      const read = () =>
        mapResponse(
          { status: 200, body, endsWithConnection: false },
          {
            sid: 'FAKESIDACME',
            apiKey: 'fake-key',
            otp: sampleCommand.otp,
            phone_number: sampleCommand.number.phone_number,
          },
        );
      expect(read).toThrow(expect.objectContaining({ code, kaleyra, message: detail }));
    },
  );

  it('has a sample of an invalid request with all its problems', () => {
    const { errors } = failureSamples.RequestInvalid;
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/phone_number', '/otp']);
  });
});
