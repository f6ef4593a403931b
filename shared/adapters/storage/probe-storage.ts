import { randomUUID } from 'node:crypto';

import { assertPrefix, limitCall, type StorageAccount } from './account/account.ts';
import { createOnNeed } from './account/create-on-need.ts';
import { toStorageError } from './account/storage-error.ts';
import { openPoisonQueue } from './queues/queue-account.ts';
import { openContainer, openStateTable } from './state-account.ts';

/**
 * Writes one small thing and deletes it again; a new deployment may have to make its place first. Each rejects with
 * {TaskError} `storage-unavailable` or `storage-refused`.
 */
export interface StorageProbe {
  /**
   * A message on the poison queue, hidden from the start, so that no runner starts; after a minute it is gone by
   * itself.
   */
  queue(): Promise<void>;
  /** A row in the table of small state. */
  table(): Promise<void>;
  /** A blob below `probes/` in the container of artefacts. */
  blob(): Promise<void>;
}

/** Probes one account with the rights of the identity that asks. Opens no connection. */
export function createStorageProbe(account: StorageAccount, { prefix = '' }: { prefix?: string } = {}): StorageProbe {
  assertPrefix(prefix);
  const id = randomUUID();
  return {
    queue: named(async () => {
      const queue = openPoisonQueue(account, prefix);
      const onNeed = createOnNeed(() => queue.create(limitCall()));
      const options = { messageTimeToLive: 60, visibilityTimeout: 30 };
      const { messageId, popReceipt } = await onNeed(() => queue.sendMessage('probe', { ...options, ...limitCall() }));
      await queue.deleteMessage(messageId, popReceipt, limitCall());
    }),
    table: named(async () => {
      const table = openStateTable(account, prefix);
      const onNeed = createOnNeed(() => table.createTable());
      await onNeed(() => table.createEntity({ partitionKey: 'probe', rowKey: id }));
      await table.deleteEntity('probe', id);
    }),
    blob: named(async () => {
      const container = await openContainer(account, prefix);
      const onNeed = createOnNeed(() => container.create(limitCall()));
      const blob = container.getBlockBlobClient(`probes/${id}`);
      await onNeed(() => blob.upload('probe', 5, limitCall()));
      await blob.delete(limitCall());
    }),
  };
}

function named(work: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await work();
    } catch (error) {
      throw toStorageError(error);
    }
  };
}
