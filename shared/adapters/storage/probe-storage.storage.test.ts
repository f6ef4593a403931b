import { expect, it } from 'vitest';

import { useAzurite } from '../../../test/azurite.ts';
import { createStorageProbe } from './probe-storage.ts';
import { createStorage } from './storage.ts';

const lane = useAzurite();

it('writes and deletes in each service of an empty account and leaves nothing behind', async () => {
  const account = { connectionString: lane.azurite.connectionString };
  const storage = createStorage(account, { prefix: 'probed' });
  const probe = createStorageProbe(account, { prefix: 'probed' });

  for (const service of ['queue', 'table', 'blob'] as const) await probe[service]();
  await probe.queue();

  expect(await storage.queue.getDepth()).toMatchObject({ count: 0, poisonCount: 0 });
  expect(await storage.artefacts.list('probes/')).toEqual([]);
});

it('says which service refuses', async () => {
  const connectionString = lane.azurite.connectionString.replaceAll(/AccountKey=[^;]+/g, `AccountKey=${OTHER_KEY}`);
  const probe = createStorageProbe({ connectionString }, { prefix: 'nowhere' });

  await expect(probe.queue()).rejects.toMatchObject({ code: 'storage-refused' });
  await expect(probe.table()).rejects.toMatchObject({ code: 'storage-refused' });
});

const OTHER_KEY = Buffer.from('a key that opens nothing').toString('base64');
