import { z } from 'zod';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Decision } from '../../../shared/domain/ports/skip-log.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { runToJson } from '../../../shared/domain/runs/archive/run-document.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { jiraProjectSubject } from '../../../shared/domain/runs/subjects.ts';
import { nameSubject, parseSubject, type Subject } from '../../arguments/subject.ts';
import { findMap } from '../../clients/find-map.ts';
import { findScope } from '../../clients/find-scope.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan, formatTime, toIso } from '../../output/format-time.ts';
import { lookNow } from './look-now.ts';
import { answerPlainly, type Facts, type PlainAnswer } from './plain-answer.ts';

export const ExplainOptions = z.object({ subject: z.string(), json: z.boolean().default(false) });
export type ExplainOptions = z.infer<typeof ExplainOptions>;

const MOST_RUNS = 10;

/**
 * Says what became of an issue, merge request or run, or why nothing did: a plain answer first, then what it rests on.
 */
export async function explain(
  { subject: text, json }: ExplainOptions,
  io: CliIO,
  tools: Tools = createTools(io),
): Promise<number> {
  const asked = parseSubject(text);
  const storage = await tools.storage();
  const scope = await findScope(asked, tools);
  // A run stands for the issue or merge request it is about.
  const subject = asked.kind === 'run' ? parseSubject(scope) : asked;
  const [runs, own, ofProject, lease] = await Promise.all([
    storage.ledger.listRecent(scope, MOST_RUNS),
    storage.skipLog.list(scope),
    subject.kind === 'issue' ? storage.skipLog.list(jiraProjectSubject(subject.jiraProject)) : [],
    storage.scopes.find(scope),
  ]);
  const skipLog = [...own, ...ofProject].toSorted((a, b) => b.at - a.at);
  const map = await findMap(tools);
  const { present, notes: problems } = await lookNow(subject, map, tools);
  const refused = await describeRefusedMap(storage);
  const notes = [...(refused.length > 0 ? refused : map.notes), ...problems];
  const shown = asked.kind === 'run' ? runs.filter(({ runId }) => runId.startsWith(asked.runId)) : runs;
  const facts: Facts = {
    name: nameSubject(subject),
    now: io.clock.now(),
    runs: shown,
    skipLog: asked.kind === 'run' ? [] : skipLog,
    ...(lease ? { lease } : {}),
    ...(await findStage(shown[0], storage)),
    ...(present ? { present } : {}),
  };
  const plain = answerPlainly(facts);
  const document = toJson(subject, plain, facts, lease, notes);
  return answer({ json, document, text: () => describe(plain, facts, lease, notes, io) }, io);
}

/** Names a source of the project map that is not used, because a change made there has no effect until it is mended. */
async function describeRefusedMap({ appliedMaps }: Storage): Promise<string[]> {
  const [refusal, inForce] = await Promise.all([appliedMaps.findRefusal(), appliedMaps.findVersion()]);
  if (!refusal) return [];
  const problems = refusal.problems.map(({ where, message }) => `  ${where}: ${message}`);
  const since = formatTime(refusal.at);
  return [
    `The source of the project map cannot be used since ${since}; generation ${inForce?.generation ?? 0} stays in force:`,
    ...problems,
  ];
}

async function findStage(run: Run | undefined, { ledger }: Storage): Promise<{ stage?: string }> {
  if (run?.state !== 'running') return {};
  const events = await ledger.listEvents(run.runId);
  const stage = events.findLast(isMilestone)?.name;
  return stage === undefined ? {} : { stage };
}

function isMilestone({ name }: RunEvent): boolean {
  return name !== 'agent-step' && name !== 'running';
}

function toJson(subject: Subject, plain: PlainAnswer, facts: Facts, lease: ScopeLock | undefined, notes: string[]) {
  return {
    subject: nameSubject(subject),
    ...plain,
    present: facts.present ?? null,
    runs: facts.runs.map(runToJson),
    skipLog: facts.skipLog.map(({ at, ...decision }) => ({ ...decision, at: toIso(at) })),
    claim: lease ? { runId: lease.runId, holder: lease.holder, expiresAt: toIso(lease.expiresAt) } : null,
    notes,
  };
}

function describe(
  plain: PlainAnswer,
  facts: Facts,
  lease: ScopeLock | undefined,
  notes: string[],
  io: CliIO,
): string[] {
  const { runs, skipLog, now } = facts;
  return [
    plain.answer,
    `Next: ${plain.next}`,
    ...(runs.length > 0
      ? ['', formatTable(['RUN', 'KIND', 'STATE', 'ATTEMPT', 'STARTED', 'REASON'], runs.map(toRow), io)]
      : []),
    ...(skipLog.length > 0 ? ['', formatTable(['SKIPPED', 'WHEN', 'DETAIL'], skipLog.map(toSkipRow), io)] : []),
    ...(lease ? ['', `Claimed by ${lease.runId} (${lease.holder}), ${describeEnd(lease.expiresAt, now)}.`] : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}

function toRow({ runId, task, state, attempt, createdAt, code, parkedReason }: Run): string[] {
  return [runId, task.kind, state, String(attempt), formatTime(createdAt), code ?? parkedReason ?? ''];
}

function toSkipRow({ reason, at, detail = '' }: Decision): string[] {
  return [reason, formatTime(at), detail];
}

function describeEnd(expiresAt: number, now: number): string {
  return expiresAt > now ? `for ${formatSpan(expiresAt - now)} more` : `ended ${formatSpan(now - expiresAt)} ago`;
}
