import * as z from 'zod';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { refuse } from '../../output/refuse.ts';
import { cancelRun, nameRun, refuseCancel } from './end-or-repeat.ts';

export const RunCancelOptions = z.object({
  id: z.string(),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type RunCancelOptions = z.infer<typeof RunCancelOptions>;

/**
 * Ends a run for good; without `--yes` it only says which. A runner at work loses its claim as well: it notices within
 * a minute, stops and writes nothing more.
 */
export async function runCancel(
  { id, yes, json }: RunCancelOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const found = await findRun(parseSubject(id), tools);
  if ('error' in found) return refuse({ error: found.error, json }, io);
  const { run } = found;
  const { runId } = run;
  const refusal = refuseCancel(run);
  if (refusal !== undefined) return refuse({ error: refusal, json }, io);
  const storage = await tools.storage();
  const what = nameRun(run, await createProjectPaths(async () => storage, io.env)(aboutRuns([run])));
  if (!yes) {
    const error = `this would cancel ${what}; nothing was changed, repeat with --yes`;
    return refuse({ error, json, document: { wouldCancel: runId }, exitCode: 2 }, io);
  }
  const cancelled = await cancelRun(run, { storage, clock: io.clock });
  if ('error' in cancelled) return refuse({ error: cancelled.error, json }, io);
  const { stopped } = cancelled;
  const text = () => [
    `${what} is cancelled.`,
    ...(stopped ? ['Its runner notices within a minute, stops its work and writes nothing more about it.'] : []),
  ];
  return answer({ json, document: { cancelled: runId, runnerAtWork: stopped }, text }, io);
}
