import { afterEach } from '@jest/globals';
import { type OnRequest, type RawKaleyra, startRawKaleyra } from './raw-kaleyra.ts';

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
