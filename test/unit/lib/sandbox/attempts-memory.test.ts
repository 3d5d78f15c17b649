import { expect, it } from '@jest/globals';
import { maxAttempts, windowMs } from '../../../../functions/verify-number/attempts/limits.ts';
import { createAttemptsMemory } from '../../../../lib/sandbox/attempts-memory.ts';

it('holds a number to its attempts in any window, and no other number', async () => {
  let now = 0;
  const attempts = createAttemptsMemory({ now: () => now });
  for (let i = 0; i < maxAttempts; i += 1) {
    expect(await attempts.take('one')).toHaveProperty('stamp');
    now += 1000;
  }

  expect(await attempts.take('one')).toEqual({ opensInMs: windowMs - now });
  expect(await attempts.take('other')).toHaveProperty('stamp');
  now = windowMs;
  expect(await attempts.take('one')).toHaveProperty('stamp');
  expect(await attempts.take('one')).toEqual({ opensInMs: 1000 });
});

it('gives an attempt back, and forgets them all', async () => {
  const attempts = createAttemptsMemory({ now: () => 0 });
  const stamps: string[] = [];
  for (let i = 0; i < maxAttempts; i += 1) {
    const taken = await attempts.take('one');
    if ('stamp' in taken) stamps.push(taken.stamp);
  }

  await attempts.giveBack('one', stamps[0] ?? '');
  expect(await attempts.take('one')).toHaveProperty('stamp');
  expect(await attempts.take('one')).toHaveProperty('opensInMs');
  await attempts.clear('one');
  expect(await attempts.take('one')).toHaveProperty('stamp');
});
