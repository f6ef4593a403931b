import * as z from 'zod';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import { nameTask, type ProjectPaths } from '../../output/format-task.ts';
import { formatSpan } from '../../output/format-time.ts';
import { shortenIds } from '../../output/shorten-ids.ts';
import { listEntries, type QueueEntry } from './queue-entries.ts';

export const QueueLsOptions = z.object({ json: z.boolean().default(false) });
export type QueueLsOptions = z.infer<typeof QueueLsOptions>;

/** Lists poisoned and waiting messages. Leases nothing, so runners are not disturbed. */
export async function queueLs(
  { json }: QueueLsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const storage = await tools.storage();
  const { queue, ledger } = storage;
  const [depth, entries, parked] = await Promise.all([
    queue.getDepth(),
    listEntries(queue),
    ledger.listByState('parked'),
  ]);
  const counts = {
    tasks: depth.count,
    poison: depth.poisonCount,
    parked: parked.length,
    ...(depth.byImage
      ? { byImage: depth.byImage.map(({ image = 'default', count }) => ({ image, tasks: count })) }
      : {}),
  };
  const document = { counts, messages: entries.map(toJson) };
  const tasks = entries.flatMap(({ message: { task } }) => (task ? [{ task }] : []));
  const paths = await createProjectPaths(async () => storage, io.env)(json ? [] : aboutRuns(tasks));
  return answer({ json, document, text: () => describe(entries, counts, paths, io) }, io);
}

interface Counts {
  tasks: number;
  poison: number;
  parked: number;
  /** Absent where there is but one queue of tasks. */
  byImage?: { image: string; tasks: number }[];
}

function describe(entries: readonly QueueEntry[], counts: Counts, paths: ProjectPaths, io: CliIO): string[] {
  const ids = entries.flatMap(({ message }) => [message.messageId, ...(message.runId ? [message.runId] : [])]);
  const short = shortenIds(ids, 10);
  const rows = entries.map((entry) => [
    ...toRow(entry, { short, paths, now: io.clock.now() }),
    ...(counts.byImage ? [entry.message.task?.image ?? 'default'] : []),
  ]);
  const shown = entries.filter(({ place }) => place === 'poison').length;
  return [
    `${counts.tasks} on the queue, ${counts.poison} poisoned, ${counts.parked} parked runs`,
    ...(counts.byImage
      ? [`by image: ${counts.byImage.map(({ image, tasks }) => `${image} ${tasks}`).join(', ')}`]
      : []),
    ...(rows.length > 0
      ? ['', formatTable([...COLUMNS, ...(counts.byImage ? ['IMAGE'] : [])], rows, { ...io, cut: ['TASK'] })]
      : []),
    ...(counts.poison > shown ? ['', `${counts.poison - shown} more poisoned messages are not shown.`] : []),
    ...(shown > 0
      ? [
          '',
          '`cmap queue show MESSAGE` says more; `cmap queue requeue MESSAGE` tries again.',
          '`cmap run given-up` lists failed runs with them.',
        ]
      : []),
  ];
}

const COLUMNS = ['PLACE', 'MESSAGE', 'RUN', 'TASK', 'AGE', 'TRY', 'REASON'];

interface Row {
  short: ReadonlyMap<string, string>;
  paths: ProjectPaths;
  now: number;
}

function toRow({ place, message }: QueueEntry, { short, paths, now }: Row): string[] {
  const { messageId, runId, task, insertedAt, attempt, reason } = message;
  return [
    place,
    short.get(messageId) ?? messageId,
    runId === undefined ? '-' : (short.get(runId) ?? runId),
    task ? nameTask(task, paths) : 'unreadable',
    formatSpan(now - insertedAt),
    String(attempt),
    reason ?? '',
  ];
}

function toJson({ place, message }: QueueEntry) {
  const { insertedAt, ...rest } = message;
  return { place, ...rest, insertedAt: toIso(insertedAt) };
}
