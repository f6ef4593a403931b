import * as z from 'zod';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { describeError, isErrorCode } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { guardReading } from '../../../shared/services/runs/guard-reading.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTask, type ProjectPaths } from '../../output/format-task.ts';
import { formatTime } from '../../output/format-time.ts';
import { refuse } from '../../output/refuse.ts';
import { findEntry, type QueueEntry } from './queue-entries.ts';

export const QueueShowOptions = z.object({ id: z.string(), json: z.boolean().default(false) });
export type QueueShowOptions = z.infer<typeof QueueShowOptions>;

/** Shows one message with its run. */
export async function queueShow(
  { id, json }: QueueShowOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const storage = await tools.storage();
  const { ledger } = storage;
  const entry = await findEntry(id, tools);
  if (entry === undefined || entry === 'ambiguous') return reportNotFound(id, entry, json, io);
  const { place, message } = entry;
  const { runId } = message;
  const found = runId && (await guardReading(runId, silentLog, () => ledger.find(runId)));
  const run = found === '' || found === 'unreadable' ? undefined : found;
  const { insertedAt, ...rest } = message;
  const document = { place, ...rest, insertedAt: toIso(insertedAt), run: run ? toJson(run) : null };
  const about = run ?? message;
  const paths = await createProjectPaths(
    async () => storage,
    io.env,
  )(json || !about.task ? [] : aboutRuns([{ ...about, task: about.task }]));
  const without = found === 'unreadable' ? 'cannot be read in the ledger' : 'not in the ledger';
  return answer({ json, document, text: () => describe(entry, run, { without, paths }) }, io);
}

function toJson({ runId, state, attempt, code, detail }: Run) {
  return { runId, state, attempt, code, detail };
}

/** Says that there is no such message; exit code 1. */
export function reportNotFound(id: string, entry: 'ambiguous' | undefined, json: boolean, io: CliIO): number {
  const error = entry
    ? `several messages fit ${id}; give the whole message id from \`cmap queue ls\``
    : `no waiting or poisoned message ${id}; \`cmap queue ls\` lists them, \`cmap run given-up\` also failed runs`;
  return refuse({ error, json }, io);
}

function describe(
  { place, message }: QueueEntry,
  run: Run | undefined,
  { without, paths }: { without: string; paths: ProjectPaths },
): string[] {
  const { messageId, insertedAt, attempt, reason, task, runId } = message;
  const body = 'body' in message ? message.body : undefined;
  return [
    `message   ${messageId} (${place})`,
    `since     ${formatTime(insertedAt)}, attempt ${attempt}`,
    ...(reason === undefined ? [] : [`reason    ${explainReason(reason)}`]),
    ...(task
      ? [
          `task      ${formatTask(task, paths)} (credential ${task.credentialRef}${task.image === undefined ? '' : `, image ${task.image}`})`,
        ]
      : []),
    ...(runId === undefined ? [] : [`run       ${runId}: ${run ? describeRun(run) : without}`]),
    ...(body === undefined ? [] : [`content   ${JSON.stringify(body)}`]),
    ...(place === 'poison' ? [`next      ${task ? whatNext(messageId) : `cmap queue drop ${messageId} --yes`}`] : []),
  ];
}

function explainReason(reason: string): string {
  return isErrorCode(reason) ? `${reason}: ${describeError(reason).sentence}` : reason;
}

function describeRun({ state, attempt, code, detail }: Run): string {
  return [`${state}, attempt ${attempt}`, code, detail].filter(Boolean).join(', ');
}

function whatNext(messageId: string): string {
  return `remove the cause, then cmap queue requeue ${messageId} (or cmap queue drop ${messageId} --yes)`;
}
