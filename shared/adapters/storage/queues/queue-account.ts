import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { TaskQueue } from '../../../domain/ports/task-queue.ts';
import {
  assertPrefix,
  buildEndpoint,
  CLIENT_MAX_RETRY_DELAY_MS,
  CLIENT_RETRY_DELAY_MS,
  CLIENT_TRIES,
  CLIENT_TRY_TIMEOUT_MS,
  limitCall,
  type StorageAccount,
} from '../account/account.ts';
import { toStorageError } from '../account/storage-error.ts';
import { createTaskQueue } from './create-task-queue.ts';
import { createStorageMessages } from './storage-messages.ts';

const TASKS_QUEUE = 'tasks';
const POISON_QUEUE = 'tasks-poison';

export interface QueueAccount {
  queue: TaskQueue;
  /** Creates what is missing; does nothing when all is there. */
  ensure(): Promise<void>;
}

/** Whose tasks have a queue of their own, and which of them are leased here. */
export interface QueueOptions {
  /** Images besides the default one: the tasks of each are in `tasks-<image>`. */
  images?: readonly string[];
  /** The image whose tasks are leased; absent is the default one. */
  ownImage?: string | undefined;
}

/** The task queue of one account. Opens no connection. */
export function createQueueAccount(
  account: StorageAccount,
  prefix: string,
  { images = [], ownImage }: QueueOptions = {},
): QueueAccount {
  assertPrefix(prefix);
  const service = openQueues(account);
  const open = (name: string) => service.getQueueClient(`${prefix}${name}`);
  const [tasks, poison] = [open(TASKS_QUEUE), open(POISON_QUEUE)];
  const ofImages = new Map(images.map((image) => [image, open(toQueueName(image))]));
  return {
    queue: createTaskQueue({
      tasks: createStorageMessages(tasks),
      images: new Map([...ofImages].map(([image, queue]) => [image, createStorageMessages(queue)])),
      poison: createStorageMessages(poison),
      ownImage,
    }),
    async ensure() {
      await Promise.all([tasks, ...ofImages.values(), poison].map(create));
    },
  };
}

function toQueueName(image: string): string {
  return `${TASKS_QUEUE}-${image}`;
}

/** The queue of messages that were given up. */
export function openPoisonQueue(account: StorageAccount, prefix: string): QueueClient {
  return openQueues(account).getQueueClient(`${prefix}${POISON_QUEUE}`);
}

function openQueues(account: StorageAccount): QueueServiceClient {
  const retryOptions = {
    maxTries: CLIENT_TRIES,
    retryDelayInMs: CLIENT_RETRY_DELAY_MS,
    maxRetryDelayInMs: CLIENT_MAX_RETRY_DELAY_MS,
    tryTimeoutInMs: CLIENT_TRY_TIMEOUT_MS,
  };
  return 'connectionString' in account
    ? QueueServiceClient.fromConnectionString(account.connectionString, { retryOptions })
    : new QueueServiceClient(buildEndpoint(account, 'queue'), account.credential, { retryOptions });
}

async function create(queue: QueueClient): Promise<void> {
  try {
    await queue.createIfNotExists(limitCall());
  } catch (error) {
    throw toStorageError(error);
  }
}
