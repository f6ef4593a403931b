import { expect, it } from 'vitest';

import { bothOrFirstFailure } from './both-or-first-failure.ts';

const calm = new AbortController().signal;

/** Ends only when it is aborted. */
function endless(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

it('gives what both give', async () => {
  expect(
    await bothOrFirstFailure(
      async () => 'clone',
      async () => 'told',
      calm,
    ),
  ).toEqual(['clone', 'told']);
});

it('aborts the long work when the short one fails, and says why', async () => {
  const failure = new Error('no such transition');

  await expect(bothOrFirstFailure(endless, () => Promise.reject(failure), calm)).rejects.toBe(failure);
});

it('waits for the short work when the long one fails', async () => {
  let announced = false;
  const short = async () => {
    await Promise.resolve();
    announced = true;
  };

  await expect(bothOrFirstFailure(() => Promise.reject(new Error('clone failed')), short, calm)).rejects.toThrow(
    'clone failed',
  );
  expect(announced).toBe(true);
});

it('passes the outer abort on', async () => {
  const outer = new AbortController();
  const work = bothOrFirstFailure(endless, async () => {}, outer.signal);
  outer.abort(new Error('stopping'));

  await expect(work).rejects.toThrow('stopping');
});
