import { describe, expect, it } from 'vitest';

import { useAzurite } from '../../../test/azurite.ts';
import { anEchoTask } from '../../../test/builders/tasks.ts';
import { describeRows } from '../../../test/contracts/rows.ts';
import { describeRunLedger } from '../../../test/contracts/run-ledger.ts';
import { describeSmallState } from '../../../test/contracts/small-state.ts';
import { createAzuriteFixture } from '../../../test/contracts/storage-fixture.ts';
import { describeImageQueues, describeTaskQueue } from '../../../test/contracts/task-queue.ts';
import type { Storage } from '../../domain/ports/storage.ts';
import { buildEchoTask } from '../../domain/tasks/build-task.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { admitTask } from '../../services/runs/admit-task.ts';
import { createStorage } from './storage.ts';

const lane = useAzurite();
const createFixture = createAzuriteFixture(lane);

describeRows(() => lane.createRows());
describeRunLedger(createFixture);
describeSmallState(createFixture);
describeTaskQueue(async () => {
  const fixture = await createFixture();
  // The service stamps messages with its own time.
  const { queue, prefix } = await lane.createStorage();
  return { ...fixture, queue, sendRaw: (text) => lane.sendRaw(`${prefix}tasks`, text) };
});

describeImageQueues(async () => {
  const images = ['python', 'java'];
  const { prefix } = await lane.createStorage({ images });
  const account = { connectionString: lane.azurite.connectionString };
  return { open: (ownImage) => createStorage(account, { prefix, images, ownImage }).queue };
});

describe('an empty account', () => {
  /** Each port that reads or writes first, in a storage of its own where nothing is. */
  const uses: { name: string; use: (storage: Storage) => Promise<unknown>; made: Record<string, number> }[] = [
    {
      name: 'a row that is looked for',
      use: ({ ledger }) => ledger.find('run-1'),
      made: { 'table:create': 3, 'table:get': 2 },
    },
    {
      name: 'a list',
      use: ({ pollers }) => pollers.list(),
      made: { 'table:create': 3, 'table:query': 2 },
    },
    {
      name: 'a row that is written',
      use: ({ accounts }) => accounts.put('a', { digest: 'd' }),
      made: { 'table:create': 3, 'table:update': 2 },
    },
    {
      name: 'a run that is admitted',
      use: (storage) => admitTask(anEchoTask(), { ...storage, clock: systemClock, log: silentLog }),
      made: { 'queue:create': 1, 'queue:send': 2, 'table:create': 3, 'table:transaction': 3 },
    },
    {
      name: 'a message that is leased',
      use: ({ queue }) => queue.lease({ visibilityTimeoutSeconds: 1 }),
      made: { 'queue:create': 1, 'queue:receive': 2 },
    },
    { name: 'the poison queue', use: ({ queue }) => queue.listPoison(), made: { 'queue:create': 1, 'queue:peek': 2 } },
  ];

  it.each(uses)('has what is missing made once by $name', async ({ name, use, made }) => {
    const { connectionString } = lane.proxy;
    const prefix = `empty${uses.findIndex((one) => one.name === name)}`;
    const open = () => createStorage({ connectionString }, { prefix });
    lane.proxy.resetCounts();
    await use(open());
    expect(lane.proxy.counts()).toEqual(made);
    lane.proxy.resetCounts();
    await use(open());
    expect(lane.proxy.counts()).not.toHaveProperty('table:create');
    expect(lane.proxy.counts()).not.toHaveProperty('queue:create');
  });

  it('is filled by many calls of two processes at once', async () => {
    const account = { connectionString: lane.azurite.connectionString };
    const processes = [createStorage(account, { prefix: 'twice' }), createStorage(account, { prefix: 'twice' })];
    const calls = processes.flatMap((storage) =>
      Array.from({ length: 8 }, async (_, at) => {
        const task = buildEchoTask({ name: `echo-${at}`, text: 'hello' });
        await admitTask(task, { ...storage, clock: systemClock, log: silentLog });
        await storage.queue.getDepth();
      }),
    );
    await Promise.all(calls);
    expect(await processes[0]?.ledger.listOpen()).toHaveLength(8);
    // Only now: of two calls with one task, the second ends when the first has noted it and sends it yet.
    expect(await processes[0]?.queue.getDepth()).toMatchObject({ count: 8 });
  });
});

it('creates the container of artefacts with the first one, and reads as empty before', async () => {
  const storage = createStorage({ connectionString: lane.azurite.connectionString }, { prefix: 'lazy' });
  expect(await storage.artefacts.find('a')).toBeUndefined();
  expect(await storage.artefacts.list('a/')).toEqual([]);
  expect(await storage.artefacts.create('a', 'b')).toBe(true);
  expect(await storage.artefacts.find('a')).toBe('b');
});

it('says that storage is unavailable when there is no answer', async () => {
  const storage = await lane.createStorage();
  lane.proxy.setOutage(true);
  try {
    const calls = [storage.ledger.find('run-1'), storage.queue.getDepth(), storage.artefacts.find('a')];
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'storage-unavailable' } });
  } finally {
    lane.proxy.setOutage(false);
  }
  expect(await storage.ledger.find('run-1')).toBeUndefined();
});

it('refuses a prefix that is no part of a storage name', () => {
  expect(() => createStorage({ connectionString: '' }, { prefix: 'Not_ok' })).toThrow(RangeError);
});
