import { expect, it } from 'vitest';

import type { Clock } from '../../shared/kernel/clock.ts';
import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { anEchoTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { type HoldDeps, holdLease } from './hold-lease.ts';
import { planLeaseTimes } from './lease-times.ts';

const OUT = new TaskError('storage-unavailable');

/** A lease of 180 seconds whose renewals of the message do, at each second since its beginning, what `renew` says. */
async function createFixture(renew: (second: number) => Promise<'done' | 'lost'> = async () => 'done') {
  const clock = createManualClock();
  const { queue, scopes } = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const startedAt = clock.now();
  const secondsNow = () => (clock.now() - startedAt) / SECOND;
  const renewals: number[] = [];
  await queue.enqueue(anEchoTask(), { runId: 'run-1' });
  const message = await queue.lease({ visibilityTimeoutSeconds: 180 });
  const taken = await scopes.take({ scope: 's', runId: 'run-1', holder: 'a', leaseMs: 150 * SECOND });
  if (message?.kind !== 'task' || taken.kind !== 'taken') throw new Error('nothing to hold');
  const hold = (overrides: Partial<HoldDeps> = {}) => {
    const watched: HoldDeps['queue'] = {
      ...queue,
      renew: async () => {
        renewals.push(secondsNow());
        return renew(secondsNow());
      },
    };
    const deps = { queue: watched, scopes, clock, log, times: planLeaseTimes(DRAIN_TIMES.leaseMs), ...overrides };
    return holdLease(message, taken.lock, startedAt, deps);
  };
  return { clock, log, scopes, renewals, hold, startedAt };
}

it('renews each minute, and each five seconds after a renewal that failed', async () => {
  const { hold, clock, renewals, log } = await createFixture(async (second) => {
    if (second > 100 && second < 130) throw OUT;
    return 'done';
  });
  const { lost, stop } = hold();
  await clock.advance(260 * SECOND);
  expect(renewals).toEqual([60, 120, 125, 130, 190, 250]);
  expect(log.lines).toEqual(
    Array(2).fill({ level: 'warn', event: 'message lease not renewed', fields: { error: OUT } }),
  );
  await stop();
  expect(lost.aborted).toBe(false);
});

it('gives the newest lock when it is stopped, and waits for nothing any more', async () => {
  const { hold, clock, scopes } = await createFixture();
  const { stop } = hold();
  await clock.advance(61 * SECOND);
  expect(clock.sleepers()).toBe(1);
  expect(await stop()).toEqual(await scopes.find('s'));
  expect(clock.sleepers()).toBe(0);
});

it.each<{ name: string; renew: () => Promise<'done' | 'lost'>; after: number; detail: string; failures: number }>([
  { name: 'the message is taken over', renew: async () => 'lost', after: 60, detail: 'taken over', failures: 0 },
  {
    name: 'storage hangs',
    renew: () => new Promise(() => {}),
    after: 135,
    detail: 'storage did not answer',
    failures: 0,
  },
  {
    name: 'storage fails',
    renew: () => Promise.reject(OUT),
    after: 135,
    detail: 'storage did not answer',
    failures: 16,
  },
])('loses the lease and says why when $name', async ({ renew, after, detail, failures }) => {
  const { hold, clock, log } = await createFixture(renew);
  const { lost } = hold();
  await clock.advance(after * SECOND - 1);
  expect(lost.aborted).toBe(false);
  await clock.advance(1);
  expect(lost).toMatchObject({ aborted: true, reason: { code: 'claim-lost', detail } });
  expect(log.lines.filter(({ event }) => event === 'message lease not renewed')).toHaveLength(failures);
  expect(log.lines.at(-1)).toEqual({ level: 'warn', event: 'message lease lost', fields: { reason: detail } });
  await clock.advance(300 * SECOND);
  expect(clock.sleepers()).toBe(0);
});

it('loses the lease, too, where the timer of a renewal that hangs is a little early', async () => {
  const { hold, clock } = await createFixture(() => new Promise(() => {}));
  const early: Clock = { now: clock.now, sleep: (ms, signal) => clock.sleep(ms - 1, signal) };
  const { lost } = hold({ clock: early });
  await clock.advance(135 * SECOND - 1);
  expect(lost.aborted).toBe(true);
});

it('does not take a clock that fails for the end of the work', async () => {
  const { hold, clock } = await createFixture();
  const broken = new Error('no clock');
  let fail = (_: Error) => {};
  const sleep: Clock['sleep'] = () =>
    new Promise((_, reject) => {
      fail = reject;
    });
  const { stop } = hold({ clock: { now: clock.now, sleep } });
  fail(broken);
  for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
  await expect(stop()).rejects.toBe(broken);
});

it('loses the lease when its scope is no longer its own', async () => {
  const { hold, clock, scopes } = await createFixture();
  const { lost } = hold({ scopes: { ...scopes, renew: async () => undefined } });
  await clock.advance(60 * SECOND);
  expect(lost).toMatchObject({ aborted: true, reason: { detail: 'taken over' } });
});
