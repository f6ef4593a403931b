import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll } from 'vitest';
import type { Azurite } from '../sandbox/storage/azurite.ts';
import { type StorageProxy, startStorageProxy } from '../sandbox/storage/storage-proxy.ts';
import { createStorage, type StorageOptions } from '../shared/adapters/storage/storage.ts';
import type { Rows } from '../shared/adapters/storage/tables/rows.ts';
import { createTableRows } from '../shared/adapters/storage/tables/table-rows.ts';
import type { Storage } from '../shared/domain/ports/storage.ts';
import { takeAzurite } from './share-azurite.ts';

export interface StorageLane {
  azurite: Azurite;
  proxy: StorageProxy;
  /** Storage of its own in the shared emulator, through the proxy, with everything created. */
  createStorage(options?: StorageOptions): Promise<Storage & { prefix: string }>;
  /** Rows in a new table, past the proxy. */
  createRows(): Promise<Rows>;
  /** Puts any text on a queue, past the product. */
  sendRaw(queueName: string, text: string): Promise<void>;
}

let count = 0;
let tables = 0;

/**
 * One account of the emulator, with a counting proxy, for all tests of a file. Call it at the top of a suite; use the
 * result inside tests.
 */
export function useAzurite(): StorageLane {
  let azurite: Azurite | undefined;
  let proxy: StorageProxy | undefined;

  beforeAll(async () => {
    azurite = takeAzurite();
    proxy = await startStorageProxy(azurite);
  });
  afterAll(async () => {
    await proxy?.stop();
  });

  return {
    get azurite() {
      return started(azurite);
    },
    get proxy() {
      return started(proxy);
    },
    async createStorage(options = {}) {
      count += 1;
      const prefix = `t${count}x${process.pid.toString(36)}`;
      await createAll(started(azurite).connectionString, prefix, options.images);
      const storage = createStorage({ connectionString: started(proxy).connectionString }, { prefix, ...options });
      return { ...storage, prefix };
    },
    async createRows() {
      tables += 1;
      const { connectionString } = started(azurite);
      const table = TableClient.fromConnectionString(connectionString, `rows${tables}`, {
        allowInsecureConnection: true,
      });
      await table.createTable();
      return createTableRows(table);
    },
    async sendRaw(queueName, text) {
      const service = QueueServiceClient.fromConnectionString(started(azurite).connectionString);
      await service.getQueueClient(queueName).sendMessage(text);
    },
  };
}

/** What Terraform makes of tables and queues. */
async function createAll(connectionString: string, prefix: string, images: readonly string[] = []): Promise<void> {
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  const ofImages = images.map((image) => `tasks-${image}`);
  await Promise.all([
    ...['tasks', 'tasks-poison', ...ofImages].map((name) => queues.getQueueClient(`${prefix}${name}`).create()),
    ...['runs', 'runevents', 'state'].map((name) =>
      TableClient.fromConnectionString(connectionString, `${prefix}${name}`, {
        allowInsecureConnection: true,
      }).createTable(),
    ),
  ]);
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The emulator runs only while the tests of the file run');
  return part;
}
