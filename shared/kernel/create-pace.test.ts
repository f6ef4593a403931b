import { expect, it } from 'vitest';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { MINUTE } from './clock.ts';
import { createPace } from './create-pace.ts';

it('lets so many go in a minute, and the others in the next ones', async () => {
  const clock = createSteppedClock();
  const startedAt = clock.time;
  const pace = createPace({ perMinute: 3, clock });
  const minutes: number[] = [];
  for (let call = 0; call < 8; call += 1) {
    await pace();
    minutes.push((clock.time - startedAt) / MINUTE);
  }
  expect(minutes).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  clock.time += 10 * MINUTE;
  const now = clock.time;
  await pace();
  expect(clock.time).toBe(now);
});
