import * as z from 'zod';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTask } from '../../output/format-task.ts';
import { refuse } from '../../output/refuse.ts';
import { findEntry } from './queue-entries.ts';
import { reportNotFound } from './show.ts';

export const QueueDropOptions = z.object({
  id: z.string(),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type QueueDropOptions = z.infer<typeof QueueDropOptions>;

/**
 * Deletes one poisoned message for good; without `--yes` it only says which. The run stays in the ledger as it ended.
 */
export async function queueDrop(
  { id, yes, json }: QueueDropOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const storage = await tools.storage();
  const entry = await findEntry(id, tools);
  if (entry === undefined || entry === 'ambiguous') return reportNotFound(id, entry, json, io);
  const { messageId, task, reason } = entry.message;
  const paths = await createProjectPaths(async () => storage, io.env)(task ? aboutRuns([{ task }]) : []);
  const what = `${messageId} (${task ? formatTask(task, paths) : 'unreadable'}${reason === undefined ? '' : `, ${reason}`})`;
  if (entry.place === 'waiting') {
    return refuse({ error: `message ${what} is not poisoned; only poisoned messages are dropped`, json }, io);
  }
  if (!yes) {
    const error = `this would delete message ${what}; nothing was deleted, repeat with --yes`;
    return refuse({ error, json, document: { wouldDrop: messageId }, exitCode: 2 }, io);
  }
  if (!(await storage.queue.dropPoison(messageId))) return reportNotFound(id, undefined, json, io);
  return answer({ json, document: { dropped: messageId }, text: () => `dropped ${what}` }, io);
}
