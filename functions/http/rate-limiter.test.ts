import { expect, it } from 'vitest';

import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createRateLimiter } from './rate-limiter.ts';

function limiter(options: { capacity?: number; maxSources?: number } = {}) {
  const clock = createManualClock();
  return { clock, limits: createRateLimiter({ capacity: 3, refillPerSecond: 2, clock, ...options }) };
}

it('lets a burst through and then says how long to wait', async () => {
  const { clock, limits } = limiter();
  expect([1, 2, 3].map(() => limits.take('a'))).toEqual([undefined, undefined, undefined]);
  expect(limits.take('a')).toBe(500);
  await clock.advance(500);
  expect(limits.take('a')).toBeUndefined();
  expect(limits.take('a')).toBe(500);
});

it('counts each sender alone, and never saves up more than a burst', async () => {
  const { clock, limits } = limiter();
  for (let count = 0; count < 4; count += 1) limits.take('a');
  expect(limits.take('b')).toBeUndefined();
  await clock.advance(3_600_000);
  expect([1, 2, 3, 4].map(() => limits.take('a'))).toEqual([undefined, undefined, undefined, 500]);
});

it('forgets the source that was not seen for longest', () => {
  const { limits } = limiter({ capacity: 1, maxSources: 2 });
  limits.take('a');
  limits.take('b');
  expect(limits.take('b')).toBe(500);
  limits.take('c');
  expect(limits.take('b')).toBe(500);
  expect(limits.take('a')).toBeUndefined();
});
