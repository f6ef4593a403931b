import type { Task } from '../runs/task.ts';

/** A task that is ours until the visibility timeout ends; no other process sees it meanwhile. */
export interface MessageLease {
  readonly kind: 'task';
  readonly runId: string;
  readonly task: Task;
  /** Deliveries of this message, this one included (Azure's dequeue count). */
  readonly attempt: number;
  readonly messageId: string;
}

/**
 * A leased message that is no task of ours. All that can be done with it is `moveToPoison`, or to leave it to others
 * until the lease ends.
 */
export interface UnreadableMessageLease {
  readonly kind: 'unreadable';
  /** A later release wrote it, whose runners can read it. */
  readonly isLater?: true;
  /** What is wrong with it, without its content. */
  readonly reason: string;
  readonly attempt: number;
  readonly messageId: string;
}

export type AnyMessageLease = MessageLease | UnreadableMessageLease;

/** `lost`: the visibility timeout had ended and the message is another process's, or gone. */
export type LeaseEnding = 'done' | 'lost';

export interface WaitingMessages {
  /** Approximate, leased messages included. */
  count: number;
  /**
   * When the oldest message that is not leased was enqueued, in milliseconds since 1970; absent when all are leased.
   */
  oldestAt?: number;
}

/** What waits for the runners of one image; absent is the one of bindings that name none. */
export interface ImageDepth extends WaitingMessages {
  image?: string;
}

/** All messages, whichever runners they wait for. */
export interface QueueDepth extends WaitingMessages {
  poisonCount: number;
  /** What waits for the runners of each image; absent where there is but one. */
  byImage?: readonly ImageDepth[];
}

/** What waits where a task with this image waits: with the default one where no runner has its image. */
export function depthOf(depth: QueueDepth, image: string | undefined): WaitingMessages {
  const { byImage = [] } = depth;
  const find = (wanted: string | undefined) => byImage.find((one) => one.image === wanted);
  return find(image) ?? find(undefined) ?? depth;
}

export interface QueuedMessage {
  messageId: string;
  insertedAt: number;
  attempt: number;
  /** Absent when the message cannot be read; `reason` says why. */
  task?: Task;
  runId?: string;
  reason?: string;
}

export interface PoisonedMessage {
  messageId: string;
  insertedAt: number;
  /** A catalogue code, or what was unreadable. */
  reason: string;
  /** Deliveries before it was given up. */
  attempt: number;
  task?: Task;
  runId?: string;
  /** The text of a message that could not be read when it was given up, cut when long. */
  body?: string;
}

/**
 * Tasks on their way to a runner, at least once and roughly in order. A message holds a task and its run id, never a
 * secret. A task waits for the runners of its image, and for the default ones where no runner has that. Every method
 * throws {TaskError} `storage-unavailable` or `storage-refused`.
 */
export interface TaskQueue {
  /** @throws {TaskError} `task-too-large` above 64 KiB. */
  enqueue(task: Task, options: { runId: string }): Promise<void>;
  /**
   * Sends a task to the runners of our image in a message that is ours for this long from the beginning, and stands for
   * one that was delivered so often before.
   * @throws {TaskError} `task-too-large` above 64 KiB.
   */
  enqueueLeased(
    task: Task,
    options: { runId: string; attempt: number; visibilityTimeoutSeconds: number },
  ): Promise<MessageLease>;
  /**
   * The next message for the runners of our image, ours for this long, or `undefined` when none is visible.
   */
  lease(options: { visibilityTimeoutSeconds: number }): Promise<AnyMessageLease | undefined>;
  /**
   * Holds the lease for this long from now. Never call it twice at once for one lease: each renewal replaces its
   * receipt.
   */
  renew(lease: MessageLease, options: { visibilityTimeoutSeconds: number }): Promise<LeaseEnding>;
  /** Deletes the message. */
  complete(lease: MessageLease): Promise<LeaseEnding>;
  /** Lets others see the message at once. */
  release(lease: MessageLease): Promise<LeaseEnding>;
  /**
   * Copies the message to the poison queue with the reason, then deletes it: a crash in between leaves two copies,
   * never none.
   */
  moveToPoison(lease: AnyMessageLease, reason: string): Promise<LeaseEnding>;
  getDepth(): Promise<QueueDepth>;
  /** Up to 32 messages for the runners of each image that are not leased, without leasing them. */
  peek(): Promise<QueuedMessage[]>;
  /** Up to 32 poisoned messages. */
  listPoison(): Promise<PoisonedMessage[]>;
  findPoison(messageId: string): Promise<PoisonedMessage | undefined>;
  /** Deletes one poisoned message; false when there is none with this id. */
  dropPoison(messageId: string): Promise<boolean>;
}
