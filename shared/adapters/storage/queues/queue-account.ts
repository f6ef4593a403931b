import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { TaskQueue } from '../../../domain/ports/task-queue.ts';
import {
  assertPrefix,
  buildEndpoint,
  CLIENT_MAX_RETRY_DELAY_MS,
  CLIENT_RETRY_DELAY_MS,
  CLIENT_TRIES,
  CLIENT_TRY_TIMEOUT_MS,
  type StorageAccount,
} from '../account/account.ts';
import { createTaskQueue } from './create-task-queue.ts';
import { createStorageMessages } from './storage-messages.ts';

const TASKS_QUEUE = 'tasks';
const POISON_QUEUE = 'tasks-poison';

/** Whose tasks have a queue of their own, and which of them are leased here. */
export interface QueueOptions {
  /** Images besides the default one: the tasks of each are in `tasks-<image>`. */
  images?: readonly string[];
  /** The image whose tasks are leased; absent is the default one. */
  ownImage?: string | undefined;
}

/** The task queue of one account. Opens no connection. */
export function openTaskQueue(
  account: StorageAccount,
  prefix: string,
  { images = [], ownImage }: QueueOptions = {},
): TaskQueue {
  assertPrefix(prefix);
  const service = openQueues(account);
  const open = (name: string) => service.getQueueClient(`${prefix}${name}`);
  const [tasks, poison] = [open(TASKS_QUEUE), open(POISON_QUEUE)];
  return createTaskQueue({
    tasks: createStorageMessages(tasks),
    images: new Map(images.map((image) => [image, createStorageMessages(open(toQueueName(image)))])),
    poison: createStorageMessages(poison),
    ownImage,
  });
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
