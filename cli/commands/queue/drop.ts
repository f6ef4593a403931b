import { z } from 'zod';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { formatTask } from '../../output/format-task.ts';
import { findEntry } from './queue-entries.ts';
import { reportNotFound } from './show.ts';

export const QueueDropOptions = z.object({
  id: z.string(),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type QueueDropOptions = z.infer<typeof QueueDropOptions>;

/** Deletes one poisoned message for good; without `--yes` it only says which. The run stays in the ledger as it ended. */
export async function queueDrop(
  { id, yes, json }: QueueDropOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const { queue } = await tools.storage();
  const entry = await findEntry(id, queue);
  if (entry === undefined || entry === 'ambiguous') return reportNotFound(id, entry, json, io);
  const { messageId, task, reason } = entry.message;
  const what = `${messageId} (${task ? formatTask(task) : 'unreadable'}${reason === undefined ? '' : `, ${reason}`})`;
  if (entry.place === 'waiting') {
    const error = `message ${what} is no poisoned one; only those are dropped`;
    io.warn(`cmap: ${error}`);
    if (json) io.print(JSON.stringify({ ok: false, error }, null, 2));
    return 1;
  }
  if (!yes) {
    io.warn(`cmap: this would delete message ${what}; nothing was deleted, repeat with --yes`);
    if (json) io.print(JSON.stringify({ ok: false, wouldDrop: messageId }, null, 2));
    return 2;
  }
  if (!(await queue.dropPoison(messageId))) return reportNotFound(id, undefined, json, io);
  if (json) io.print(JSON.stringify({ ok: true, dropped: messageId }, null, 2));
  else io.print(`dropped ${what}`);
  return 0;
}
