import type { Storage } from '../../../shared/domain/ports/storage.ts';
import type { PoisonedMessage, QueuedMessage } from '../../../shared/domain/ports/task-queue.ts';

/** A message somewhere on its way, waiting or given up. */
export type QueueEntry = { place: 'waiting'; message: QueuedMessage } | { place: 'poison'; message: PoisonedMessage };

type Queue = Pick<Storage['queue'], 'peek' | 'listPoison' | 'findPoison' | 'getDepth'>;

/** Up to 32 of each kind; a storage queue shows no more without claiming. */
export async function listEntries(queue: Queue): Promise<QueueEntry[]> {
  const [poisoned, waiting] = await Promise.all([queue.listPoison(), queue.peek()]);
  return [
    ...poisoned.map((message): QueueEntry => ({ place: 'poison', message })),
    ...waiting.map((message): QueueEntry => ({ place: 'waiting', message })),
  ];
}

const MIN_PREFIX_LENGTH = 6;

/** Finds a message by its id, the beginning of it, or its run id. `ambiguous` when several fit; a poisoned one is preferred. */
export async function findEntry(id: string, queue: Queue): Promise<QueueEntry | 'ambiguous' | undefined> {
  const entries = await listEntries(queue);
  const exact = entries.find(({ message }) => message.messageId === id);
  if (exact) return exact;
  const fits = (entry: QueueEntry) =>
    entry.message.runId === id || (id.length >= MIN_PREFIX_LENGTH && entry.message.messageId.startsWith(id));
  for (const place of ['poison', 'waiting'] as const) {
    const fitting = entries.filter((entry) => entry.place === place && fits(entry));
    if (fitting.length > 1) return 'ambiguous';
    if (fitting[0]) return fitting[0];
  }
  const message = await queue.findPoison(id);
  return message && { place: 'poison', message };
}
