import { z } from 'zod';
import { isFinal } from '../../../shared/domain/runs/run.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { retryRun } from '../../../shared/services/runs/retry-run.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTask } from '../../output/format-task.ts';
import { refuse } from '../../output/refuse.ts';

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
  const { runId, state, task } = found.run;
  if (!isFinal(state)) {
    return refuse(
      { error: `${runId} is ${state} and goes on by itself; \`cmap run cancel ${runId}\` ends it`, json },
      io,
    );
  }
  if (state === 'done') {
    const error = `${runId} is done; comment what should change, or write /copilot review, for more work on it`;
    return refuse({ error, json }, io);
  }
  const clock = { now: () => io.clock.now(), sleep: () => Promise.resolve() };
  const admission = await retryRun(found.run, { ...(await tools.storage()), clock, log: silentLog });
  const again = admission.kind === 'admitted' ? 'is on the queue again' : 'was begun again before';
  const text = () => `${formatTask(task)} ${again} as run ${admission.runId}`;
  return answer({ json, document: { retried: runId, ...admission }, text }, io);
}
