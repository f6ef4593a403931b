import * as z from 'zod';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { SkipEntry } from '../../../shared/domain/ports/skip-log.ts';
import { runToJson } from '../../../shared/domain/runs/archive/run-document.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { nameSubject } from '../../arguments/subject.ts';
import { isHeldByPerson, nameHolder } from '../../clients/held-by-person.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan, formatTime } from '../../output/format-time.ts';
import { type Explanation, explainSubject } from './explain-subject.ts';

export const ExplainOptions = z.object({ subject: z.string(), json: z.boolean().default(false) });
export type ExplainOptions = z.infer<typeof ExplainOptions>;

/**
 * Says what became of an issue, merge request or run, or why nothing did: a plain answer first, then what it rests on.
 */
export async function explain(
  { subject: text, json }: ExplainOptions,
  io: CliIO,
  tools: Tools = createTools(io),
): Promise<number> {
  const found = await explainSubject(text, tools, io);
  return answer({ json, document: toJson(found), text: () => describe(found, io) }, io);
}

function toJson({ subject, plain, facts, lock, notes }: Explanation) {
  return {
    subject: nameSubject(subject),
    ...plain,
    present: facts.present ?? null,
    runs: facts.runs.map(runToJson),
    skipLog: facts.skipLog.map(({ at, ...entry }) => ({ ...entry, at: toIso(at) })),
    claim: lock
      ? {
          runId: lock.runId,
          holder: lock.holder,
          expiresAt: toIso(lock.expiresAt),
          renewedAt: lock.renewedAt === undefined ? null : toIso(lock.renewedAt),
        }
      : null,
    notes,
  };
}

function describe({ plain, facts, lock, notes }: Explanation, io: CliIO): string[] {
  const { runs, skipLog, now } = facts;
  return [
    plain.answer,
    `Next: ${plain.next}`,
    ...(runs.length > 0
      ? ['', formatTable(['RUN', 'KIND', 'STATE', 'ATTEMPT', 'STARTED', 'REASON'], runs.map(toRow), io)]
      : []),
    ...(skipLog.length > 0 ? ['', formatTable(['SKIPPED', 'WHEN', 'DETAIL'], skipLog.map(toSkipRow), io)] : []),
    ...(lock ? ['', `${describeHolder(lock)}, ${describeEnd(lock.expiresAt, now)}${describeRenewal(lock, now)}.`] : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}

function toRow({ runId, task, state, attempt, createdAt, code, parkedReason }: Run): string[] {
  return [runId, task.kind, state, String(attempt), formatTime(createdAt), code ?? parkedReason ?? ''];
}

function toSkipRow({ reason, at, detail = '' }: SkipEntry): string[] {
  return [reason, formatTime(at), detail];
}

function describeHolder(lock: ScopeLock): string {
  return isHeldByPerson(lock) ? `Kept closed by ${nameHolder(lock)}` : `Claimed by ${lock.runId} (${nameHolder(lock)})`;
}

/** A runner at work renews its claim within a minute; a person never does. */
function describeRenewal(lock: ScopeLock, now: number): string {
  const { renewedAt } = lock;
  if (renewedAt === undefined || isHeldByPerson(lock)) return '';
  return `, last renewed ${formatSpan(now - renewedAt)} ago`;
}

function describeEnd(expiresAt: number, now: number): string {
  return expiresAt > now ? `for ${formatSpan(expiresAt - now)} more` : `ended ${formatSpan(now - expiresAt)} ago`;
}
