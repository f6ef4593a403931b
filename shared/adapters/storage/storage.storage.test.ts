import { expect, it } from 'vitest';

import { useAzurite } from '../../../test/azurite.ts';
import { describeRows } from '../../../test/contracts/rows.ts';
import { describeRunLedger } from '../../../test/contracts/run-ledger.ts';
import { describeSmallState } from '../../../test/contracts/small-state.ts';
import { createAzuriteFixture } from '../../../test/contracts/storage-fixture.ts';
import { describeImageQueues, describeTaskQueue } from '../../../test/contracts/task-queue.ts';
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

it('ensures what is there already, from two processes at once', async () => {
  const account = { connectionString: lane.azurite.connectionString };
  const storage = createStorage(account, { prefix: 'twice' });
  await Promise.all([storage.ensure(), createStorage(account, { prefix: 'twice' }).ensure()]);
  await storage.ensure();
  expect(await storage.ledger.listOpen()).toEqual([]);
});

it('says that storage refused when the tables are missing, and does not take it for an answer', async () => {
  const storage = createStorage({ connectionString: lane.azurite.connectionString }, { prefix: 'missing' });
  await expect(storage.ledger.listOpen()).rejects.toMatchObject({ code: 'storage-refused' });
  await expect(storage.scopes.take({ scope: 's', runId: 'r', holder: 'h', leaseMs: 1 })).rejects.toMatchObject({
    code: 'storage-refused',
  });
  await expect(storage.queue.lease({ visibilityTimeoutSeconds: 1 })).rejects.toMatchObject({ code: 'storage-refused' });
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
