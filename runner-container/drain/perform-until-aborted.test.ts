import { describe, expect, it } from 'vitest';

import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { aRunContext } from '../../test/builders/run-context.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { type Perform, performUntilAborted } from './perform-until-aborted.ts';

const DONE: Outcome = { kind: 'done', result: { what: 'echo' } };

function createFixture() {
  const clock = createManualClock();
  const log = createMemoryLog();
  const context = { ...aRunContext(), log };
  const stop = new AbortController();
  const start = (perform: Perform) =>
    performUntilAborted(context, stop.signal, { perform, clock, graceMs: 20 * SECOND });
  return { clock, log, stop, start };
}

describe('work that throws', () => {
  it.each<{ name: string; thrown: unknown; outcome: Outcome }>([
    { name: 'a bug', thrown: new Error('bug'), outcome: { kind: 'give-up', code: 'unexpected' } },
    { name: 'what is no error', thrown: 'bug', outcome: { kind: 'give-up', code: 'unexpected' } },
    {
      name: 'a failure that stays',
      thrown: new TaskError('push-rejected'),
      outcome: { kind: 'give-up', code: 'push-rejected' },
    },
    {
      name: 'a failure that stays, with a detail',
      thrown: new TaskError('push-rejected', { detail: 'main is protected' }),
      outcome: { kind: 'give-up', code: 'push-rejected', detail: 'main is protected' },
    },
    {
      name: 'a failure that may pass',
      thrown: new TaskError('clone-failed'),
      outcome: { kind: 'retry', code: 'clone-failed' },
    },
    {
      name: 'a failure that passes after a time the service names',
      thrown: new TaskError('jira-rate-limited', { detail: 'GET /issue', retryAfterMs: 90_000 }),
      outcome: { kind: 'retry', code: 'jira-rate-limited', detail: 'GET /issue', retryAfterMs: 90_000 },
    },
  ])('ends as its failure says: $name', async ({ thrown, outcome }) => {
    const { start, log } = createFixture();
    expect(await start(() => Promise.reject(thrown))).toStrictEqual(outcome);
    expect(log.lines).toEqual([{ level: 'error', event: 'perform threw', fields: { error: thrown } }]);
  });
});

describe('work that is aborted', () => {
  it('has a quarter of the grace period to end', async () => {
    const { start, stop, clock, log } = createFixture();
    let ended = false;
    const work = start(() => new Promise(() => {})).finally(() => {
      ended = true;
    });
    await clock.advance(10 * SECOND);
    stop.abort();
    await clock.advance(5 * SECOND - 1);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await work).toBeUndefined();
    expect(log.lines).toEqual([{ level: 'error', event: 'work did not end when aborted', fields: {} }]);
  });

  it.each([{ abortedFirst: true }, { abortedFirst: false }])(
    'is not reported as still at work once it has ended (aborted before that: $abortedFirst)',
    async ({ abortedFirst }) => {
      const { start, stop, clock, log } = createFixture();
      if (abortedFirst) stop.abort();
      expect(await start(async () => DONE)).toEqual(DONE);
      stop.abort();
      await clock.advance(20 * SECOND);
      expect(clock.sleepers()).toBe(0);
      expect(log.lines).toEqual([]);
    },
  );

  it('fails with the clock where no time can be waited for', async () => {
    const { clock, stop } = createFixture();
    const broken = { now: clock.now, sleep: () => Promise.reject(new Error('no clock')) };
    const perform: Perform = () => new Promise(() => {});
    stop.abort();
    await expect(
      performUntilAborted(aRunContext(), stop.signal, { perform, clock: broken, graceMs: SECOND }),
    ).rejects.toThrow('no clock');
  });
});
