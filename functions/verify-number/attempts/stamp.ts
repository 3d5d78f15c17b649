/** Stamps that identify requests in their counters. */
import { randomInt } from 'node:crypto';

/**
 * Identifies one request in all its counters: the milliseconds of Unix time when it was made, followed by twelve random
 * digits. Stamps sort by time. Text, because the number exceeds 2^53.
 */
export type Stamp = string;

const randomDigits = 12;

export const createStamp = (now: number): Stamp =>
  `${now}${String(randomInt(10 ** randomDigits)).padStart(randomDigits, '0')}`;

/** Returns when the request was made, in milliseconds of Unix time. */
export const getStampTime = (stamp: Stamp): number => Number(stamp.slice(0, -randomDigits));

/** Returns a stamp that is not less than that of any request made until then. */
export const getMaxStamp = (time: number): Stamp => `${time}${'9'.repeat(randomDigits)}`;
