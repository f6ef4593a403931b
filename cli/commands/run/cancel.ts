import { z } from 'zod';
import { isFinal } from '../../../shared/domain/runs/run.ts';
import { endRun } from '../../../shared/services/runs/end-run.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTask } from '../../output/format-task.ts';
import { refuse } from '../../output/refuse.ts';
import { closeClaim } from '../claims/change-claim.ts';
import { isHeldByPerson } from '../claims/plan-claim-change.ts';

export const RunCancelOptions = z.object({
  id: z.string(),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type RunCancelOptions = z.infer<typeof RunCancelOptions>;

/**
 * Ends a run for good; without `--yes` it only says which. A runner at work loses its claim as well: it notices within a minute, stops
 * and writes nothing more.
 */
export async function runCancel(
  { id, yes, json }: RunCancelOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const found = await findRun(parseSubject(id), tools);
  if ('error' in found) return refuse({ error: found.error, json }, io);
  const { runId, state, task } = found.run;
  const what = `${runId} (${formatTask(task)}, ${state})`;
  if (isFinal(state)) return refuse({ error: `${what} has ended already`, json }, io);
  if (!yes) {
    const error = `this would cancel ${what}; nothing was changed, repeat with --yes`;
    return refuse({ error, json, document: { wouldCancel: runId }, exitCode: 2 }, io);
  }
  const storage = await tools.storage();
  const ended = await endRun(
    runId,
    { state: 'cancelled', reason: 'cancelled-by-person' },
    { ...storage, clock: io.clock },
  );
  if (ended.state !== 'cancelled')
    return refuse({ error: `${runId} ended as ${ended.state} at this moment`, json }, io);
  const lease = await storage.scopes.find(task.scope);
  const isAtWork = lease?.runId === runId && !isHeldByPerson(lease) && lease.expiresAt > io.clock.now();
  const stopped = isAtWork && (await closeClaim(lease, undefined, storage)) !== undefined;
  const text = () => [
    `${what} is cancelled.`,
    ...(stopped ? ['Its runner notices within a minute, stops its work and writes nothing more about it.'] : []),
  ];
  return answer({ json, document: { cancelled: runId, runnerAtWork: stopped }, text }, io);
}
