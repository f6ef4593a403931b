import { expect, it } from 'vitest';

import { HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { type PollerRun, type PollResult, runPoller } from './run-poller.ts';

const fine: PollResult = { counts: { admitted: 2 }, refused: [] };

/** One poller, and what its polls were told. */
function arrange({ retryBaseMs }: { retryBaseMs?: number } = {}) {
  const clock = createManualClock();
  const log = createMemoryLog();
  const { pollers } = createMemoryStorage({ clock });
  const runs: PollerRun[] = [];
  const deps = { pollers, clock, log, ...(retryBaseMs === undefined ? {} : { retryBaseMs }) };
  const poll = (result: PollResult | Error) =>
    runPoller(
      'jira',
      async (run) => {
        runs.push(run);
        if (result instanceof Error) throw result;
        return result;
      },
      deps,
    );
  return { clock, lines: log.lines, pollers, runs, poll };
}

it('tells a poll when it began and when the last one that succeeded did, and logs what it found', async () => {
  const { clock, lines, pollers, runs, poll } = arrange();
  const first = clock.now();
  await poll(fine);
  await clock.advance(MINUTE);
  await poll({ counts: { admitted: 0, skipped: 1 }, refused: ['XYZ', 'OPS'] });

  expect(runs).toStrictEqual([{ startedAt: first }, { startedAt: first + MINUTE, lastSuccessAt: first }]);
  expect(lines).toEqual([
    { level: 'info', event: 'poll done', fields: { poller: 'jira', admitted: 2 } },
    {
      level: 'info',
      event: 'poll done',
      fields: { poller: 'jira', admitted: 0, skipped: 1, refused: ['OPS', 'XYZ'] },
    },
  ]);
  expect(await pollers.get('jira')).toEqual({ failures: 0, lastSuccessAt: first + MINUTE, refused: ['OPS', 'XYZ'] });
});

it('waits longer after each failure in a row, up to five minutes, and begins anew after a success', async () => {
  const { clock, lines, pollers, runs, poll } = arrange();
  await poll(fine);
  const lastSuccessAt = clock.now();
  const failure = new TaskError('jira-unavailable');
  const waits = [30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE, 5 * MINUTE, 5 * MINUTE];
  for (const [index, waitMs] of waits.entries()) {
    await poll(failure);
    const nextAllowedAt = clock.now() + waitMs;
    const failures = index + 1;
    expect(await pollers.get('jira')).toEqual({ failures, lastSuccessAt, code: 'jira-unavailable', nextAllowedAt });
    expect(lines.at(-1)).toEqual({
      level: 'warn',
      event: 'poll failed',
      fields: { poller: 'jira', failures, error: failure },
    });
    await clock.advance(waitMs - 1);
    await poll(fine);
    expect(runs).toHaveLength(failures + 1);
    await clock.advance(1);
  }
  await poll(fine);
  expect(await pollers.get('jira')).toEqual({ failures: 0, lastSuccessAt: clock.now() });
});

it.each([
  { name: 'the service asks for more', retryAfterMs: 10 * MINUTE, waitMs: 10 * MINUTE },
  { name: 'the service asks for less', retryAfterMs: SECOND, waitMs: 30 * SECOND },
  { name: 'the service asks for a day', retryAfterMs: 24 * HOUR, waitMs: 6 * HOUR },
])('waits $waitMs ms after a first failure when $name', async ({ retryAfterMs, waitMs }) => {
  const { clock, pollers, poll } = arrange();
  await poll(new TaskError('jira-rate-limited', { retryAfterMs }));
  expect((await pollers.get('jira')).nextAllowedAt).toBe(clock.now() + waitMs);
});

it('waits as the settings say after a first failure', async () => {
  const { clock, pollers, poll } = arrange({ retryBaseMs: 2 * SECOND });
  await poll(new TaskError('jira-unavailable'));
  expect((await pollers.get('jira')).nextAllowedAt).toBe(clock.now() + 2 * SECOND);
});

it('lets a bug through to the host, and keeps the state as it was', async () => {
  const { lines, pollers, poll } = arrange();
  await poll(fine);
  const before = await pollers.get('jira');
  await expect(poll(new RangeError('bug'))).rejects.toThrow('bug');
  expect(await pollers.get('jira')).toEqual(before);
  expect(lines).toHaveLength(1);
});
