import { describe, expect, it } from 'vitest';

import { useAzurite } from '../../../test/azurite.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { admitTask } from './admit-task.ts';
import { sweep } from './sweep.ts';

const lane = useAzurite();

async function createFixture() {
  const clock = createManualClock();
  const storage = await lane.createStorage({ clock });
  lane.proxy.resetCounts();
  return { ...storage, deps: { ...storage, clock, log: silentLog, notify: async () => {} }, clock };
}

describe('admitting in real storage', () => {
  it('costs three requests, and two for a duplicate', async () => {
    const { deps } = await createFixture();
    await admitTask(aCodingTask(), deps);
    expect(lane.proxy.counts()).toEqual({ 'queue:send': 1, 'table:transaction': 2 });
    lane.proxy.resetCounts();
    await admitTask(aCodingTask(), deps);
    expect(lane.proxy.counts()).toEqual({ 'table:get': 1, 'table:transaction': 1 });
  });

  it('makes one run and one message of ten deliveries at once', async () => {
    const { deps, queue, ledger } = await createFixture();
    const admissions = await Promise.all(Array.from({ length: 10 }, () => admitTask(aCodingTask(), deps)));
    expect(admissions.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
    expect((await queue.getDepth()).count).toBe(1);
    expect(await ledger.listOpen()).toMatchObject([{ state: 'queued' }]);
  });

  it.each(['table:transaction', 'queue:send'])('survives that the answer to %s gets lost', async (operation) => {
    const { deps, queue, ledger, clock } = await createFixture();
    lane.proxy.dropNext(1, { operation, when: 'after' });
    await admitTask(aCodingTask(), deps);
    await clock.advance(61_000);
    await sweep(deps);
    // The client repeats what it cannot know was done; a second message of the run is ignored by the runner.
    expect((await queue.getDepth()).count).toBeGreaterThanOrEqual(1);
    expect(await ledger.listOpen()).toMatchObject([{ state: 'queued' }]);
  });

  it('says so when storage is down, and admits the event later', async () => {
    const { deps, queue } = await createFixture();
    lane.proxy.setOutage(true);
    try {
      await expect(admitTask(aCodingTask(), deps)).rejects.toMatchObject({ code: 'storage-unavailable' });
    } finally {
      lane.proxy.setOutage(false);
    }
    expect(await admitTask(aCodingTask(), deps)).toMatchObject({ kind: 'admitted' });
    expect((await queue.getDepth()).count).toBe(1);
  });

  it('a sweep over idle storage costs six requests', async () => {
    const { deps } = await createFixture();
    await sweep(deps);
    lane.proxy.resetCounts();
    await sweep(deps);
    expect(lane.proxy.counts()).toEqual({ 'queue:peek': 1, 'queue:properties': 2, 'table:get': 1, 'table:query': 2 });
  });
});
