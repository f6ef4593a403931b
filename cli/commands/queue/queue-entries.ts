import type { Storage } from '../../../shared/domain/ports/storage.ts';
import type { PoisonedMessage, QueuedMessage } from '../../../shared/domain/ports/task-queue.ts';
import { readSubject, type Subject } from '../../arguments/subject.ts';
import { findScope } from '../../clients/find-scope.ts';
import type { Tools } from '../../clients/tools.ts';

/** A message somewhere on its way, waiting or given up. */
export type QueueEntry = { place: 'waiting'; message: QueuedMessage } | { place: 'poison'; message: PoisonedMessage };

type Queue = Pick<Storage['queue'], 'peek' | 'listPoison' | 'findPoison' | 'getDepth'>;

/** Up to 32 of each kind; a storage queue shows no more without leasing. */
export async function listEntries(queue: Queue): Promise<QueueEntry[]> {
  const [poisoned, waiting] = await Promise.all([queue.listPoison(), queue.peek()]);
  return [
    ...poisoned.map((message): QueueEntry => ({ place: 'poison', message })),
    ...waiting.map((message): QueueEntry => ({ place: 'waiting', message })),
  ];
}

/**
 * Finds a message by its id, its run, the beginning of either, or what its task is about. `ambiguous` when several fit;
 * a poisoned one is preferred. @throws {UsageError} and {TaskError} as `findScope` does
 */
export async function findEntry(
  text: string,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'>,
): Promise<QueueEntry | 'ambiguous' | undefined> {
  const { queue } = await tools.storage();
  const entries = await listEntries(queue);
  const exact = entries.find(({ message }) => message.messageId === text);
  if (exact) return exact;
  const fits = await createMatch(text, tools);
  for (const place of ['poison', 'waiting'] as const) {
    const fitting = entries.filter((entry) => entry.place === place && fits(entry));
    if (fitting.length > 1) return 'ambiguous';
    if (fitting[0]) return fitting[0];
  }
  const message = await queue.findPoison(text);
  return message && { place: 'poison', message };
}

const MIN_PREFIX_LENGTH = 6;

async function createMatch(
  text: string,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'>,
): Promise<(entry: QueueEntry) => boolean> {
  const subject = readSubject(text);
  const scope = subject && !IDS.has(subject.kind) ? await findScope(subject, tools) : undefined;
  return ({ message: { messageId, runId, task } }) =>
    (text.length >= MIN_PREFIX_LENGTH && [messageId, runId].some((id) => id?.startsWith(text))) ||
    (scope !== undefined && task?.scope === scope);
}

const IDS: ReadonlySet<string> = new Set<Subject['kind']>(['run', 'message']);
