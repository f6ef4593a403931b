import { HttpRequest, InvocationContext, type Timer } from '@azure/functions';
import { expect, it } from 'vitest';

import { MINUTE } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import type { HttpEntry, TimerEntry } from './function-table.ts';
import { createShutdown } from './shutdown.ts';

const TICK: Timer = {
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

function anApp(more: { waitMs?: number } = {}) {
  const said: string[] = [];
  const clock = createManualClock();
  const work = Promise.withResolvers<void>();
  const shutdown = createShutdown({ flush: async () => void said.push('flushed'), ...more, clock, log: silentLog });
  const timer = shutdown.guard({
    trigger: 'timer',
    name: 'poll',
    schedule: '',
    handler: async () => {
      said.push('poll began');
      await work.promise;
      said.push('poll ended');
    },
  } satisfies TimerEntry) as TimerEntry; // `guard` keeps the kind of the entry it is given
  const http = shutdown.guard({
    trigger: 'http',
    name: 'health',
    route: 'health',
    methods: ['GET'],
    handler: () => ({ status: 200 }),
  } satisfies HttpEntry) as HttpEntry;
  return {
    said,
    clock,
    work,
    shutdown,
    tick: async () => timer.handler(TICK, new InvocationContext()),
    ask: async () =>
      http.handler(new HttpRequest({ url: 'http://localhost/', method: 'GET' }), new InvocationContext()),
  };
}

it('accepts nothing new, lets running invocations end, and flushes last', async () => {
  const { said, work, shutdown, tick, ask } = anApp();
  const running = tick();

  const stopped = shutdown.stop();
  await tick();
  expect(await ask()).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(said).toEqual(['poll began']);
  work.resolve();
  await Promise.all([running, stopped]);

  expect(said).toEqual(['poll began', 'poll ended', 'flushed']);
});

it('does not wait for ever for an invocation that hangs', async () => {
  const { said, clock, shutdown, tick } = anApp();
  void tick();

  const stopped = shutdown.stop();
  await expect.poll(() => said).toEqual(['poll began']);
  await clock.advance(MINUTE);
  await stopped;

  expect(said).toEqual(['poll began', 'flushed']);
});

it('waits as long as its host lets it', async () => {
  const { said, clock, work, shutdown, tick } = anApp({ waitMs: 2 * MINUTE });
  void tick();

  const stopped = shutdown.stop();
  await expect.poll(() => said).toEqual(['poll began']);
  await clock.advance(MINUTE);
  expect(said).toEqual(['poll began']);
  work.resolve();
  await stopped;

  expect(said).toEqual(['poll began', 'poll ended', 'flushed']);
});

it('flushes once, however often it is stopped', async () => {
  const { said, shutdown } = anApp();

  await Promise.all([shutdown.stop(), shutdown.stop()]);

  expect(said).toEqual(['flushed']);
});

it('waits also for an invocation that fails, and lets its error through', async () => {
  const { said, work, shutdown, tick } = anApp();
  const running = tick();
  const stopped = shutdown.stop();

  work.reject(new Error('broken'));

  await expect(running).rejects.toThrow('broken');
  await stopped;
  expect(said).toEqual(['poll began', 'flushed']);
});

it('answers requests as before until it stops', async () => {
  expect(await anApp().ask()).toMatchObject({ status: 200 });
});
