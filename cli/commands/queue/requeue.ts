import * as z from 'zod';
import { silentLog } from '../../../shared/kernel/log.ts';
import { requeuePoison } from '../../../shared/services/runs/requeue-poison.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTask } from '../../output/format-task.ts';
import { refuse } from '../../output/refuse.ts';
import { findEntry } from './queue-entries.ts';
import { reportNotFound } from './show.ts';

export const QueueRequeueOptions = z.object({ id: z.string(), json: z.boolean().default(false) });
export type QueueRequeueOptions = z.infer<typeof QueueRequeueOptions>;

/** Gives a poisoned task a new run. Doing it twice makes one run. */
export async function queueRequeue(
  { id, json }: QueueRequeueOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const storage = await tools.storage();
  const { queue, ledger } = storage;
  const entry = await findEntry(id, tools);
  if (entry === undefined || entry === 'ambiguous') return reportNotFound(id, entry, json, io);
  const { task, messageId } = entry.message;
  if (entry.place === 'waiting') {
    return refuse({ error: `message ${messageId} waits for a runner already`, json }, io);
  }
  if (!task) {
    const error = `message ${messageId} holds no task that could run; cmap queue drop ${messageId} --yes removes it`;
    return refuse({ error, json }, io);
  }
  const clock = { now: () => io.clock.now(), sleep: () => Promise.resolve() };
  const admission = await requeuePoison(messageId, { queue, ledger, clock, log: silentLog });
  if (!admission) return reportNotFound(id, undefined, json, io);
  const paths = await createProjectPaths(async () => storage, io.env)(json ? [] : aboutRuns([{ task }]));
  const text = () => `${formatTask(task, paths)} is on the queue again as run ${admission.runId}`;
  return answer({ json, document: { messageId, ...admission }, text }, io);
}
