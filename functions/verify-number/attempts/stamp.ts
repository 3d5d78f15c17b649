/** Stamps that identify attempts. */
import { randomInt } from 'node:crypto';

/**
 * Identifies one attempt: the milliseconds of Unix time when it was made, followed by twelve random digits. Stamps sort
 * by time. Text, because the number exceeds 2^53.
 */
export type Stamp = string;

const randomDigits = 12;

export const createStamp = (now: number): Stamp =>
  `${now}${String(randomInt(10 ** randomDigits)).padStart(randomDigits, '0')}`;

/** Returns when the attempt was made, in milliseconds of Unix time. */
export const getTime = (stamp: Stamp): number => Number(stamp.slice(0, -randomDigits));

/** Returns a stamp that is not less than that of any attempt made until then. */
export const getLastStamp = (time: number): Stamp => `${time}${'9'.repeat(randomDigits)}`;
