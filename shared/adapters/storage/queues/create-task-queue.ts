import type {
  AnyMessageLease,
  ImageDepth,
  LeaseEnding,
  MessageLease,
  PoisonedMessage,
  QueueDepth,
  QueuedMessage,
  TaskQueue,
  WaitingMessages,
} from '../../../domain/ports/task-queue.ts';
import type { Messages, PeekedMessage, ReceivedMessage } from './messages.ts';
import { formatPoisonMessage, formatTaskMessage, parsePoisonMessage, parseTaskMessage } from './wire-format.ts';

const MAX_PEEK = 32;
/** While one poisoned message is looked for, the others are ours for this long at most. */
const SEARCH_SECONDS = 10;
const MAX_SEARCH_ROUNDS = 40;

export interface TaskQueueParts {
  /** Tasks without an image, or with one that has no queue of its own. */
  tasks: Messages;
  /** A queue for each further image: a scaler starts runners by the length of one queue. */
  images?: ReadonlyMap<string, Messages>;
  poison: Messages;
  /** The image whose tasks are leased here; absent is the default one. */
  ownImage?: string | undefined;
}

/**
 * The task queue over queues of texts. The Functions host moves messages to poison only for queues it triggers on, so
 * we do; what is poisoned waits for no runner, so that all images share one poison queue.
 */
export function createTaskQueue({ tasks, images = new Map(), poison, ownImage }: TaskQueueParts): TaskQueue {
  const queueFor = (image = '') => images.get(image) ?? tasks;
  const own = queueFor(ownImage);
  const queues: [string | undefined, Messages][] = [[undefined, tasks], ...images];
  /** The newest receipt of every lease, and the text it came with. Only here does a receipt exist. */
  const held = new WeakMap<AnyMessageLease, ReceivedMessage>();

  const getHeld = (lease: AnyMessageLease): ReceivedMessage => {
    const message = held.get(lease);
    if (!message) throw new TypeError('This lease did not come from this queue');
    return message;
  };

  const setVisibility = async (lease: MessageLease, seconds: number): Promise<LeaseEnding> => {
    const message = getHeld(lease);
    const receipt = await own.setVisibility(message.messageId, message.receipt, seconds);
    if (receipt === undefined) return 'lost';
    held.set(lease, { ...message, receipt });
    return 'done';
  };

  const remove = async (lease: AnyMessageLease): Promise<LeaseEnding> => {
    const { messageId, receipt } = getHeld(lease);
    return (await own.remove(messageId, receipt)) ? 'done' : 'lost';
  };

  return {
    async enqueue(task, { runId }) {
      await queueFor(task.image).send(formatTaskMessage(task, runId));
    },

    async enqueueLeased(task, { runId, attempt, visibilityTimeoutSeconds }) {
      const message = await own.sendHeld(formatTaskMessage(task, runId), visibilityTimeoutSeconds);
      const lease = { kind: 'task', runId, task, attempt, messageId: message.messageId } as const;
      held.set(lease, message);
      return lease;
    },

    async lease({ visibilityTimeoutSeconds }) {
      const [message] = await own.receive(1, visibilityTimeoutSeconds);
      if (!message) return undefined;
      const lease = { ...parseTaskMessage(message.text), attempt: message.dequeueCount, messageId: message.messageId };
      held.set(lease, message);
      return lease;
    },

    renew: (lease, { visibilityTimeoutSeconds }) => setVisibility(lease, visibilityTimeoutSeconds),
    release: (lease) => setVisibility(lease, 0),
    complete: remove,

    async moveToPoison(lease, reason) {
      const { attempt } = lease;
      const content = lease.kind === 'task' ? { runId: lease.runId, task: lease.task } : { body: getHeld(lease).text };
      await poison.send(formatPoisonMessage({ reason, attempt, ...content }));
      return remove(lease);
    },

    async getDepth() {
      const measured = Promise.all(queues.map(async ([image, queue]) => ({ image, ...(await measure(queue)) })));
      const [depths, poisonCount] = await Promise.all([measured, poison.count()]);
      return { ...sumDepths(depths), poisonCount };
    },

    async peek() {
      const peeked = await Promise.all(queues.map(([, queue]) => queue.peek(MAX_PEEK)));
      return peeked.flat().map(toQueued);
    },

    listPoison: async () => (await poison.peek(MAX_PEEK)).map(toPoisoned),

    async findPoison(messageId) {
      const peeked = (await poison.peek(MAX_PEEK)).find((message) => message.messageId === messageId);
      if (peeked) return toPoisoned(peeked);
      return search(poison, messageId, async (message) => toPoisoned(message));
    },

    async dropPoison(messageId) {
      const removed = await search(poison, messageId, (message) => poison.remove(message.messageId, message.receipt));
      return removed ?? false;
    },
  };
}

async function measure(queue: Messages): Promise<WaitingMessages> {
  const [count, [oldest]] = await Promise.all([queue.count(), queue.peek(1)]);
  return { count, ...(oldest ? { oldestAt: oldest.insertedAt } : {}) };
}

function sumDepths(depths: (WaitingMessages & { image: string | undefined })[]): Omit<QueueDepth, 'poisonCount'> {
  const oldest = depths.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    count: depths.reduce((sum, { count }) => sum + count, 0),
    ...(oldest.length > 0 ? { oldestAt: Math.min(...oldest) } : {}),
    ...(depths.length > 1 ? { byImage: depths.map(toImageDepth) } : {}),
  };
}

function toImageDepth({ image, ...waiting }: WaitingMessages & { image: string | undefined }): ImageDepth {
  return image === undefined ? waiting : { image, ...waiting };
}

/**
 * A storage queue cannot be asked for one message: messages are leased until it is among them, then all let go, also
 * when it could not be used.
 */
async function search<T>(
  queue: Messages,
  messageId: string,
  use: (message: ReceivedMessage) => Promise<T>,
): Promise<T | undefined> {
  const leased: ReceivedMessage[] = [];
  try {
    for (let round = 0; round < MAX_SEARCH_ROUNDS; round += 1) {
      const messages = await queue.receive(MAX_PEEK, SEARCH_SECONDS);
      if (messages.length === 0) return undefined;
      leased.push(...messages);
      const found = messages.find((message) => message.messageId === messageId);
      if (found) return await use(found);
    }
    return undefined;
  } finally {
    for (const { messageId: id, receipt } of leased) await queue.setVisibility(id, receipt, 0);
  }
}

function toQueued({ messageId, insertedAt, dequeueCount, text }: PeekedMessage): QueuedMessage {
  const read = parseTaskMessage(text);
  const common = { messageId, insertedAt, attempt: dequeueCount };
  return read.kind === 'task' ? { ...common, task: read.task, runId: read.runId } : { ...common, reason: read.reason };
}

function toPoisoned({ messageId, insertedAt, text }: PeekedMessage): PoisonedMessage {
  return { messageId, insertedAt, ...parsePoisonMessage(text) };
}
