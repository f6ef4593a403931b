import { setTimeout as delay } from 'node:timers/promises';
import { QueueServiceClient } from '@azure/storage-queue';
import { describe, expect, it } from 'vitest';

import { HOUR, systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { sweep } from '../../shared/services/runs/sweep.ts';
import { useAzurite } from '../../test/azurite.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { aCodingTask, anEchoTask } from '../../test/builders/tasks.ts';
import { type DrainDeps, drain } from './drain.ts';
import type { Perform } from './perform-until-aborted.ts';

const lane = useAzurite();
const never = new AbortController().signal;

async function createFixture() {
  const storage = await lane.createStorage();
  const performed: string[] = [];
  const common = { ...storage, clock: systemClock, log: silentLog, notify: async () => {} };
  const createDeps = (
    runnerId: string,
    work: Perform = async () => ({ kind: 'done', result: { what: 'echo' } }),
    // Longer than any test may take, so that none ends or is renewed but where a test is about that.
    leaseMs = HOUR,
  ): DrainDeps => ({
    ...common,
    ...DRAIN_TIMES,
    runnerId,
    leaseMs,
    perform: async (context, signal) => {
      performed.push(context.run.runId);
      return work(context, signal);
    },
  });
  return { ...common, performed, createDeps };
}

describe('draining real storage', () => {
  it('costs one request when idle and seven for an echo task', async () => {
    const { createDeps, ...deps } = await createFixture();
    lane.proxy.resetCounts();
    await drain(createDeps('a'), never);
    expect(lane.proxy.counts()).toEqual({ 'queue:receive': 1 });

    await admitTask(anEchoTask(), deps);
    lane.proxy.resetCounts();
    expect(await drain(createDeps('a'), never)).toMatchObject({ done: 1 });
    expect(lane.proxy.counts()).toEqual({
      // The second receive finds the queue empty.
      'queue:receive': 2,
      'table:get': 1,
      'table:insert': 1,
      'table:transaction': 2,
      'table:delete': 1,
      'queue:delete-message': 1,
    });
  });

  it('shares forty tasks among four runners, none lost, none twice', async () => {
    const { createDeps, performed, ...deps } = await createFixture();
    const ids: string[] = [];
    for (let n = 0; n < 40; n += 1) ids.push((await admitTask(anEchoTask(), deps)).runId);
    const reports = await Promise.all(['a', 'b', 'c', 'd'].map((id) => drain(createDeps(id), never)));
    expect(reports.reduce((sum, { done }) => sum + done, 0)).toBe(40);
    expect([...performed].sort()).toEqual([...ids].sort());
    expect(await deps.ledger.listOpen()).toEqual([]);
    expect(await deps.scopes.list()).toEqual([]);
    expect(await deps.queue.getDepth()).toEqual({ count: 0, poisonCount: 0 });
  });

  it('runs tasks of one scope one at a time, on any runner', async () => {
    const { createDeps, performed, ...deps } = await createFixture();
    for (let n = 0; n < 6; n += 1) await admitTask(aCodingTask({ id: `coding~PROJ-12~${n}` }), deps);
    let active = 0;
    let most = 0;
    const work: Perform = async () => {
      active += 1;
      most = Math.max(most, active);
      await delay(30);
      active -= 1;
      return { kind: 'done', result: { what: 'echo' } };
    };
    for (let rounds = 0; rounds < 10 && performed.length < 6; rounds += 1) {
      await Promise.all(['a', 'b', 'c'].map((id) => drain(createDeps(id, work), never)));
    }
    expect(most).toBe(1);
    expect(new Set(performed).size).toBe(6);
    expect(performed).toHaveLength(6);
    expect(await deps.ledger.listOpen()).toEqual([]);
  });

  it('holds a message well past its first lease, and releases it on the way out', async () => {
    const { createDeps, performed, ...deps } = await createFixture();
    const { runId } = await admitTask(anEchoTask(), deps);
    // Renewed at a third: twenty seconds late would be too late.
    const lease = 30_000;
    const work: Perform = async () => {
      await delay(1.4 * lease);
      return { kind: 'done', result: { what: 'echo' } };
    };
    let ended = false;
    const first = drain(createDeps('a', work, lease), never).finally(() => {
      ended = true;
    });
    while (!ended) {
      await drain(createDeps('b'), never);
      await Promise.race([first, delay(500)]);
    }
    expect(await first).toMatchObject({ done: 1 });
    expect(performed).toEqual([runId]);
  });

  it.each([
    { operation: 'table:insert' },
    { operation: 'table:transaction' },
    { operation: 'table:delete' },
    { operation: 'queue:delete-message' },
  ])('ends a run once when the answer to a $operation gets lost', async ({ operation }) => {
    const { createDeps, performed, ...deps } = await createFixture();
    const { runId } = await admitTask(anEchoTask(), deps);
    lane.proxy.dropNext(1, { operation, when: 'after' });
    expect(await drain(createDeps('a'), never)).toMatchObject({ done: 1 });
    expect(await deps.ledger.get(runId)).toMatchObject({ state: 'done', attempt: 1 });
    expect(performed).toHaveLength(1);
    expect(await deps.scopes.list()).toEqual([]);
    expect((await deps.queue.getDepth()).count).toBe(0);
  });

  it('comes back to a run whose message was lost with the answer that carried it', async () => {
    const { createDeps, ...deps } = await createFixture();
    const { runId } = await admitTask(anEchoTask(), deps);
    let lost = '';
    const onLost = (answer: string) => {
      lost = answer;
    };
    lane.proxy.dropNext(1, { operation: 'queue:receive', when: 'after', onLost });
    // The client asks again and finds nothing: the message is invisible and no runner has it.
    expect(await drain(createDeps('a'), never)).toMatchObject({ settled: 0 });
    await endLease(`${deps.prefix}tasks`, lost);
    expect(await drain(createDeps('a'), never)).toMatchObject({ done: 1 });
    expect(await deps.ledger.get(runId)).toMatchObject({ state: 'done', attempt: 1 });
  });

  it('has a stage in storage before its listener returns', async () => {
    const { createDeps, ...deps } = await createFixture();
    await admitTask(anEchoTask(), deps);
    const seen: unknown[] = [];
    lane.proxy.onTableInsert(async (table, entity) => {
      if (!table.endsWith('runevents')) return;
      const stored = await deps.ledger.listEvents(String(entity['runId']));
      seen.push([entity['name'], stored.some(({ name }) => name === 'pushed')]);
    });
    const work: Perform = async ({ stage }) => {
      await stage('pushed');
      return { kind: 'done', result: { what: 'echo' } };
    };
    await drain(createDeps('a', work), never);
    expect(seen).toEqual([['pushed', true]]);
  });

  it('leaves nothing that a sweep has to repair', async () => {
    const { createDeps, ...deps } = await createFixture();
    await admitTask(anEchoTask(), deps);
    await drain(createDeps('a'), never);
    expect(await sweep(deps)).toMatchObject({ sent: 0, stuck: 0, notified: 0, failed: 0 });
  });
});

/** Shows a message as if its time were over: how long it is hidden is the service's affair. */
async function endLease(queueName: string, answer: string): Promise<void> {
  const read = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer)?.[1] ?? '';
  const queue = QueueServiceClient.fromConnectionString(lane.azurite.connectionString).getQueueClient(queueName);
  await queue.updateMessage(read('MessageId'), read('PopReceipt'), undefined, 0);
}
