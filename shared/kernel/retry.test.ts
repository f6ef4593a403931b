import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { TaskError } from './errors.ts';
import { planWaitMs, RETRY, type RetryPolicy, retry } from './retry.ts';

const policies: Record<string, RetryPolicy> = RETRY;

it.each([
  { name: 'run', attempt: 1, waitMs: 30_000 },
  { name: 'run', attempt: 2, waitMs: 60_000 },
  { name: 'run', attempt: 5, waitMs: 480_000 },
  { name: 'run', attempt: 6, waitMs: 900_000 },
  { name: 'run', attempt: 60, waitMs: 900_000 },
  { name: 'run', attempt: 1, retryAfterMs: 10_000, waitMs: 30_000 },
  { name: 'run', attempt: 1, retryAfterMs: 1_200_000, waitMs: 1_200_000 },
  { name: 'run', attempt: 1, retryAfterMs: 1e12, waitMs: 21_600_000 },
  { name: 'run', attempt: 9, firstMs: 1000, waitMs: 30_000 },
  { name: 'run', attempt: 9, firstMs: 60_000, waitMs: 900_000 },
  { name: 'notification', attempt: 1, waitMs: 180_000 },
  { name: 'notification', attempt: 10, waitMs: 180_000 },
  { name: 'notification', attempt: 11, waitMs: 360_000 },
  { name: 'notification', attempt: 179, waitMs: 3_600_000 },
  { name: 'notification', attempt: 180, waitMs: undefined },
  { name: 'poll', attempt: 1, waitMs: 30_000 },
  { name: 'poll', attempt: 9, waitMs: 300_000 },
  { name: 'gitlabRequest', attempt: 3, waitMs: 4000 },
  { name: 'gitlabRequest', attempt: 4, waitMs: undefined },
  { name: 'gitlabRequest', attempt: 2, retryAfterMs: 0, waitMs: 0 },
  { name: 'gitlabRequest', attempt: 1, retryAfterMs: 60_001, waitMs: undefined },
  { name: 'jiraRequest', attempt: 4, waitMs: 8000 },
  { name: 'modelCall', attempt: 3, waitMs: 4000 },
  { name: 'clone', attempt: 1, waitMs: 1000 },
  { name: 'clone', attempt: 2, waitMs: 4000 },
  { name: 'clone', attempt: 3, waitMs: undefined },
  { name: 'fetch', attempt: 2, waitMs: 1500 },
  { name: 'push', attempt: 3, waitMs: 15_000 },
  { name: 'wake', attempt: 4, waitMs: 500 },
  { name: 'wake', attempt: 5, waitMs: undefined },
  { name: 'diffRefs', attempt: 9, waitMs: 2000 },
  { name: 'diffRefs', attempt: 10, waitMs: undefined },
  { name: 'settlement', attempt: 1, waitMs: 1000 },
  { name: 'settlement', attempt: 5, waitMs: 15_000 },
])('$name waits $waitMs ms after try $attempt', ({ name, attempt, waitMs, ...options }) => {
  const policy = policies[name];
  if (!policy) throw new Error(`no policy ${name}`);
  expect(planWaitMs(policy, attempt, options)).toBe(waitMs);
});

describe('retry', () => {
  const isTransient = (error: unknown) => error instanceof TaskError && error.code === 'jira-unavailable';

  function setUp(failures: readonly Error[], policy: RetryPolicy) {
    const clock = createSteppedClock();
    const work = async (attempt: number) => {
      const failure = failures[attempt - 1];
      if (failure) throw failure;
      return attempt;
    };
    return { waits: clock.slept, run: (signal?: AbortSignal) => retry(work, { policy, clock, isTransient }, signal) };
  }

  it('tries again what may pass, and resolves with what the last try gave', async () => {
    const away = new TaskError('jira-unavailable');
    const { waits, run } = setUp([away, away], RETRY.jiraRequest);
    expect(await run()).toBe(3);
    expect(waits).toEqual([1000, 2000]);
  });

  it('throws at once what cannot pass', async () => {
    const { waits, run } = setUp([new TaskError('jira-not-found')], RETRY.jiraRequest);
    await expect(run()).rejects.toMatchObject({ code: 'jira-not-found' });
    expect(waits).toEqual([]);
  });

  it('throws the last failure when no try is left', async () => {
    const away = new TaskError('jira-unavailable');
    const { waits, run } = setUp([away, away, away, away, away], RETRY.clone);
    await expect(run()).rejects.toBe(away);
    expect(waits).toEqual([1000, 4000]);
  });

  it('waits no longer than all pauses may take together', async () => {
    const busy = new TaskError('jira-unavailable', { retryAfterMs: 25_000 });
    const { waits, run } = setUp([busy, busy, busy, busy], RETRY.jiraRequest);
    await expect(run()).rejects.toBe(busy);
    expect(waits).toEqual([25_000, 25_000]);
  });

  it('ends with the reason of the signal', async () => {
    const { run } = setUp([new TaskError('jira-unavailable')], RETRY.clone);
    await expect(run(AbortSignal.abort('stopped'))).rejects.toBe('stopped');
  });

  it('ends a pause with the signal', async () => {
    const clock = createManualClock();
    const stop = new AbortController();
    const work = () => Promise.reject(new TaskError('jira-unavailable'));
    const ended = retry(
      work,
      { policy: RETRY.clone, clock, isTransient, onWait: () => stop.abort('stopped') },
      stop.signal,
    );
    await expect(ended).rejects.toBe('stopped');
  });
});
