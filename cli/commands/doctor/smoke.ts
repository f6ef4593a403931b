import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
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
 * Sends one task that does nothing through queue and runner of each image and waits for all: the whole way of a task,
 * without GitLab, Jira or a model. A task that no runner took in time stays on the queue, where it does no harm.
 */
export async function smoke(
  { within, json }: SmokeOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'runnerImages'> = createTools(io),
): Promise<number> {
  const storage = await tools.storage();
  const images = [undefined, ...tools.runnerImages().names];
  const ends = await Promise.all(images.map((image) => sendAndWait(image, { ...storage, io, within, json })));
  const [first] = ends;
  const document = {
    ...first?.document,
    ...(ends.length > 1 ? { images: ends.map(({ image = 'default', document: one }) => ({ image, ...one })) } : {}),
  };
  const lines = (wanted: boolean) =>
    ends
      .filter(({ ok }) => ok === wanted)
      .map(({ image, text }) => `${ends.length > 1 ? nameImage(image) : ''}${text}`);
  const failed = lines(false);
  if (failed.length === 0) return answer({ json, document, text: () => lines(true) }, io);
  return refuse({ error: failed.join('; '), json, document }, io);
}

interface End {
  image?: string | undefined;
  ok: boolean;
  text: string;
  document: { runId: string; state: string; seconds: number };
}

async function sendAndWait(
  image: string | undefined,
  { ledger, queue, io, within, json }: Pick<Storage, 'ledger' | 'queue'> & SmokeOptions & { io: CliIO },
): Promise<End> {
  const { clock } = io;
  const sentAt = clock.now();
  const name = `smoke-${toIso(sentAt)}-${randomBytes(4).toString('hex')}`;
  const task = buildEchoTask({ name, image, text: 'smoke' });
  const { runId } = await admitTask(task, { ledger, queue, clock, log: silentLog });
  const wanted = image === undefined ? 'a runner' : `a runner with the image ${image}`;
  if (!json) io.warn(`sent as run ${runId}; waiting for ${wanted}`);

  let takenAt: number | undefined;
  let run: Run;
  do {
    await clock.sleep(LOOK_EVERY_MS);
    run = await ledger.get(runId);
    if (run.state !== 'planned' && run.state !== 'queued') takenAt ??= clock.now();
  } while (!isFinal(run.state) && clock.now() - sentAt < within);

  const seconds = secondsSince(sentAt, clock.now());
  const document = { runId, state: run.state, seconds };
  const text =
    run.state === 'done'
      ? `A runner took the task after ${secondsSince(sentAt, takenAt)} s; it was done after ${seconds} s.`
      : `${describeEnd(run, seconds)} \`cmap run show ${runId}\` says more`;
  return { image, ok: run.state === 'done', text, document };
}

function nameImage(image = 'default'): string {
  return `${image}: `;
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
