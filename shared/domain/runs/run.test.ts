import { expect, it } from 'vitest';

import { hasBegunBefore } from './run.ts';

it.each([
  { run: { attempt: 1 }, hasBegun: false },
  { run: { attempt: 1, interruptions: 0 }, hasBegun: false },
  { run: { attempt: 1, interruptions: 1 }, hasBegun: true },
  { run: { attempt: 2 }, hasBegun: true },
  { run: { attempt: 2, interruptions: 1 }, hasBegun: true },
])('has been begun before where an earlier attempt ended or was interrupted: $run', ({ run, hasBegun }) => {
  expect(hasBegunBefore(run)).toBe(hasBegun);
});
