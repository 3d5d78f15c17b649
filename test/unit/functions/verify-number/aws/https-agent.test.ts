import { describe, expect, it } from '@jest/globals';
import { createAgent } from '../../../../../functions/verify-number/aws/https-agent.ts';

describe('createAgent', () => {
  it('keeps connections and always verifies certificates', () => {
    expect(createAgent().options).toMatchObject({ keepAlive: true, rejectUnauthorized: true });
  });
});
