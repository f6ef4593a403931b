import { expect, it } from 'vitest';

import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { timerContext } from '../../test/builders/ingress.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { SWEEPER } from '../polling/poller-names.ts';
import { createSweep } from './sweep.ts';

it('keeps when it last succeeded, for health, and writes it seldom', async () => {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const startedAt = clock.now();
  let broken = false;
  const getDepth: typeof storage.queue.getDepth = async () => {
    if (broken) throw new TaskError('storage-unavailable');
    return storage.queue.getDepth();
  };
  const handler = createSweep({
    performOutboxEntry: async () => 'complete',
    ...storage,
    queue: { ...storage.queue, getDepth },
    notify: async () => {},
    credentials: { describe: () => [] },
    gitlabFor: () => Promise.reject(new TaskError('gitlab-unavailable')),
    mapping: { examineSource: () => Promise.reject(new TaskError('storage-unavailable')) },
    clock,
    log: silentLog,
  });
  const sweepAfter = async (minutes: number) => {
    await clock.advance(minutes * MINUTE);
    await handler(...timerContext('sweep'));
    return (await storage.pollers.get(SWEEPER)).lastSuccessAt;
  };
  expect(await sweepAfter(0)).toBe(startedAt);
  expect(await sweepAfter(4)).toBe(startedAt);
  expect(await sweepAfter(1)).toBe(startedAt + 5 * MINUTE);
  broken = true;
  await expect(sweepAfter(6)).rejects.toMatchObject({ code: 'storage-unavailable' });
  expect((await storage.pollers.get(SWEEPER)).lastSuccessAt).toBe(startedAt + 5 * MINUTE);
});
