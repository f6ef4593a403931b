import { expect, it } from 'vitest';

import { TaskError } from '../../shared/kernel/errors.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { type App, createReadiness, TRY_AGAIN_AFTER_MS } from './readiness.ts';

/** An app whose storage is away for the first `outages` tries. */
function aReadiness({ outages = 0, brokenLoads = 0 } = {}) {
  const counts = { loads: 0, opens: 0, flushes: 0 };
  const errors: unknown[] = [];
  const clock = createSteppedClock(0);
  const app: App = {
    handlers: {},
    async open() {
      counts.opens += 1;
      if (counts.opens <= outages) throw new TaskError('storage-unavailable');
    },
    async flush() {
      counts.flushes += 1;
    },
  };
  const readiness = createReadiness({
    async load() {
      counts.loads += 1;
      if (counts.loads <= brokenLoads) throw new Error('a chunk is missing');
      return app;
    },
    clock,
    log: { error: (_event, fields) => void errors.push(fields?.['reason']) },
  });
  return { readiness, counts, errors, clock, app };
}

it('loads nothing before the first caller, and then once for all callers', async () => {
  const { readiness, counts, app } = aReadiness();
  await readiness.flush();
  expect(counts).toEqual({ loads: 0, opens: 0, flushes: 0 });

  const all = await Promise.all([readiness.handlers(), readiness.handlers()]);
  await readiness.handlers();

  expect(all).toEqual([app.handlers, app.handlers]);
  expect(counts).toMatchObject({ loads: 1, opens: 1 });
});

it('says what to check when the start failed, once, and gives the same failure to every caller in the next seconds', async () => {
  const { readiness, counts, errors } = aReadiness({ outages: 1 });

  const asked = await Promise.allSettled([readiness.handlers(), readiness.handlers()]);
  await expect(readiness.handlers()).rejects.toThrow(TaskError);

  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(counts.opens).toBe(1);
  expect(errors).toEqual([expect.stringContaining('Check AzureWebJobsStorage')]);
});

it('opens again a while after a failure, without loading again', async () => {
  const { readiness, counts, clock, app } = aReadiness({ outages: 1 });
  await expect(readiness.handlers()).rejects.toThrow();

  clock.time += TRY_AGAIN_AFTER_MS;

  expect(await readiness.handlers()).toBe(app.handlers);
  expect(counts).toMatchObject({ loads: 1, opens: 2 });
});

it('loads again what could not be loaded', async () => {
  const { readiness, counts, clock, errors } = aReadiness({ brokenLoads: 1 });
  await expect(readiness.handlers()).rejects.toThrow('a chunk is missing');
  await readiness.flush();

  clock.time += TRY_AGAIN_AFTER_MS;
  await readiness.handlers();
  await readiness.flush();

  expect(errors).toEqual(['a chunk is missing']);
  expect(counts).toEqual({ loads: 2, opens: 1, flushes: 1 });
});
