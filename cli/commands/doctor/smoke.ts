import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isFinal, type Run } from '../../../shared/domain/runs/run.ts';
import { buildEchoTask } from '../../../shared/domain/tasks/build-task.ts';
import { HOUR, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { admitTask } from '../../../shared/services/runs/admit-task.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { refuse } from '../../output/refuse.ts';

/** A first runner waits for the scaler, for the image to be pulled and for its start. */
const USUAL_MS = 10 * MINUTE;
const LOOK_EVERY_MS = 2 * SECOND;

export const SmokeOptions = z.object({
  within: durationUpTo(HOUR, '1h').default(USUAL_MS),
  json: z.boolean().default(false),
});
export type SmokeOptions = z.infer<typeof SmokeOptions>;

/**
 * Sends one task that does nothing through queue and runner and waits for it: the whole way of a task, without GitLab,
 * Jira or a model. A task that no runner took in time stays on the queue, where it does no harm.
 */
export async function smoke(
  { within, json }: SmokeOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const { ledger, queue } = await tools.storage();
  const { clock } = io;
  const sentAt = clock.now();
  const name = `smoke-${toIso(sentAt)}-${randomBytes(4).toString('hex')}`;
  const task = buildEchoTask({ name, text: 'smoke' });
  const { runId } = await admitTask(task, { ledger, queue, clock, log: silentLog });
  if (!json) io.warn(`sent as run ${runId}; waiting for a runner`);

  let takenAt: number | undefined;
  let run: Run;
  do {
    await clock.sleep(LOOK_EVERY_MS);
    run = await ledger.get(runId);
    if (run.state !== 'planned' && run.state !== 'queued') takenAt ??= clock.now();
  } while (!isFinal(run.state) && clock.now() - sentAt < within);

  const seconds = Math.round((clock.now() - sentAt) / SECOND);
  const document = { runId, state: run.state, seconds };
  if (run.state === 'done') {
    const text = () =>
      `A runner took the task after ${secondsSince(sentAt, takenAt)} s; it was done after ${seconds} s.`;
    return answer({ json, document, text }, io);
  }
  return refuse({ error: `${describeEnd(run, seconds)} \`cmap run show ${runId}\` says more`, json, document }, io);
}

function secondsSince(from: number, to = from): number {
  return Math.round((to - from) / SECOND);
}

function describeEnd({ state, code }: Run, seconds: number): string {
  if (state === 'planned' || state === 'queued')
    return `no runner took the task within ${seconds} s: look at the executions of the runner job, whether they start (image, secrets) and how many may run (max_executions);`;
  return isFinal(state)
    ? `the task ended as ${state}${code === undefined ? '' : `, ${code}`};`
    : `a runner took the task, and it is ${state} after ${seconds} s;`;
}
