import * as z from 'zod';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { isFinal } from '../../../shared/domain/runs/run.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTask } from '../../output/format-task.ts';
import { refuse } from '../../output/refuse.ts';
import { queueRequeue } from '../queue/requeue.ts';
import { repeatRun } from './end-or-repeat.ts';

export const RunRetryOptions = z.object({ id: z.string(), json: z.boolean().default(false) });
export type RunRetryOptions = z.infer<typeof RunRetryOptions>;

/**
 * Does work that was given up again, as a new run: the task of a run that ended without success, with its poisoned
 * message where it has one, or that of a poisoned message. Doing it twice makes one run.
 */
export async function runRetry(
  { id, json }: RunRetryOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const subject = parseSubject(id);
  if (subject.kind === 'message') return queueRequeue({ id, json }, io, tools);
  const storage = await tools.storage();
  const found = await findRun(subject, tools);
  // Of a run whose row is gone or cannot be read, or that a message of another release has stopped, the task is there.
  const named = 'run' in found ? found.run.runId : subject.kind === 'run' ? subject.runId : undefined;
  const isStuck = 'error' in found || !isFinal(found.run.state);
  const messageId = isStuck && named !== undefined ? await findMessageOf(named, storage) : undefined;
  if (messageId !== undefined) return queueRequeue({ id: messageId, json }, io, tools);
  if ('error' in found) return refuse({ error: found.error, json }, io);
  const { runId, task } = found.run;
  const admission = await repeatRun(found.run, { storage, clock: io.clock });
  if ('error' in admission) return refuse({ error: admission.error, json }, io);
  const again = admission.kind === 'admitted' ? 'is on the queue again' : 'was begun again before';
  const paths = await createProjectPaths(async () => storage, io.env)(json ? [] : aboutRuns([found.run]));
  const text = () => `${formatTask(task, paths)} ${again} as run ${admission.runId}`;
  return answer({ json, document: { retried: runId, ...admission }, text }, io);
}

async function findMessageOf(runId: string, { queue }: Pick<Storage, 'queue'>): Promise<string | undefined> {
  const fitting = (await queue.listPoison()).filter((message) => message.runId?.startsWith(runId));
  return fitting.length === 1 ? fitting[0]?.messageId : undefined;
}
