import { z } from 'zod';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTask } from '../../output/format-task.ts';
import { refuse } from '../../output/refuse.ts';
import { repeatRun } from './end-or-repeat.ts';

export const RunRetryOptions = z.object({ id: z.string(), json: z.boolean().default(false) });
export type RunRetryOptions = z.infer<typeof RunRetryOptions>;

/** Does the task of a run that ended without success again, as a new run. Doing it twice makes one. */
export async function runRetry(
  { id, json }: RunRetryOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const found = await findRun(parseSubject(id), tools);
  if ('error' in found) return refuse({ error: found.error, json }, io);
  const { runId, task } = found.run;
  const storage = await tools.storage();
  const admission = await repeatRun(found.run, { storage, clock: io.clock });
  if ('error' in admission) return refuse({ error: admission.error, json }, io);
  const again = admission.kind === 'admitted' ? 'is on the queue again' : 'was begun again before';
  const paths = await createProjectPaths(async () => storage, io.env)(json ? [] : aboutRuns([found.run]));
  const text = () => `${formatTask(task, paths)} ${again} as run ${admission.runId}`;
  return answer({ json, document: { retried: runId, ...admission }, text }, io);
}
