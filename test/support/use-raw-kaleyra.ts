import { afterEach } from '@jest/globals';
import { type RawKaleyra, rawSample, startRawKaleyra } from './raw-kaleyra.ts';

export type OnRequest = NonNullable<RawKaleyra['onRequest']>;

/** Kaleyra's response after which a number is verified. */
export const verified = rawSample('success');

/** Lets each test start servers, and stops them after it. */
export const useRawKaleyra = () => {
  const cleanUps: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });
  return {
    /** What else to do after the test. */
    cleanUps,
    setUp: async (onRequest: OnRequest, given: Omit<RawKaleyra, 'onRequest'> = {}) => {
      const kaleyra = await startRawKaleyra({ ...given, onRequest });
      cleanUps.push(kaleyra.close);
      return kaleyra;
    },
  };
};
