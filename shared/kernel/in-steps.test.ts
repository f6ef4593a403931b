import { expect, it } from 'vitest';
import { mapInSteps, runAtOnce, runInTurns } from './in-steps.ts';

const NUMBERS = Array.from({ length: 600 }, (_, index) => index);
const double = (one: number) => one * 2;

it('makes the same at once and in turns', async () => {
  expect(runAtOnce(mapInSteps(NUMBERS, double))).toEqual(NUMBERS.map(double));
  expect(await runInTurns(mapInSteps(NUMBERS, double))).toEqual(NUMBERS.map(double));
});

it('lets other work go on between two steps', async () => {
  let made = 0;
  let seen = -1;
  setImmediate(() => {
    seen = made;
  });
  await runInTurns(mapInSteps(NUMBERS, () => (made += 1)));
  expect(seen).toBe(250);
});
