import { z } from 'zod';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatTask } from '../../output/format-task.ts';
import { formatSpan, toIso } from '../../output/format-time.ts';
import { listEntries, type QueueEntry } from './queue-entries.ts';

export const QueueLsOptions = z.object({ json: z.boolean().default(false) });
export type QueueLsOptions = z.infer<typeof QueueLsOptions>;

/** Lists poisoned and waiting messages. Claims nothing, so runners are not disturbed. */
export async function queueLs(
  { json }: QueueLsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const { queue, ledger } = await tools.storage();
  const [depth, entries, parked] = await Promise.all([
    queue.getDepth(),
    listEntries(queue),
    ledger.listByState('parked'),
  ]);
  const counts = { tasks: depth.count, poison: depth.poisonCount, parked: parked.length };
  if (json) {
    io.print(JSON.stringify({ ok: true, counts, messages: entries.map(toJson) }, null, 2));
    return 0;
  }
  io.print(`${counts.tasks} on the queue, ${counts.poison} poisoned, ${counts.parked} parked runs`);
  if (entries.length > 0) {
    const rows = entries.map((entry) => toRow(entry, io.clock.now()));
    io.print(`\n${formatTable(['PLACE', 'MESSAGE', 'RUN', 'TASK', 'AGE', 'ATTEMPT', 'REASON'], rows, io)}`);
  }
  const shown = entries.filter(({ place }) => place === 'poison').length;
  if (counts.poison > shown) io.print(`\n${counts.poison - shown} more poisoned messages are not shown.`);
  if (shown > 0) io.print('\n`cmap queue show MESSAGE` says more; `cmap queue requeue MESSAGE` starts a new run.');
  return 0;
}

function toRow({ place, message }: QueueEntry, now: number): string[] {
  const { messageId, runId, task, insertedAt, attempt, reason } = message;
  return [
    place,
    messageId,
    runId ?? '-',
    task ? formatTask(task) : 'unreadable',
    formatSpan(now - insertedAt),
    String(attempt),
    reason ?? '',
  ];
}

function toJson({ place, message }: QueueEntry) {
  const { insertedAt, ...rest } = message;
  return { place, ...rest, insertedAt: toIso(insertedAt) };
}
