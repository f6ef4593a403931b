import { z } from 'zod';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Decision } from '../../../shared/domain/ports/skip-log.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { jiraProjectSubject } from '../../../shared/domain/runs/subjects.ts';
import { planCoding } from '../../../shared/domain/tasks/plan-coding.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { nameSubject, parseSubject, type Subject } from '../../arguments/subject.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findScope } from '../../clients/find-scope.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { describeFailure } from '../../output/describe-error.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan, formatTime, toIso } from '../../output/format-time.ts';
import { runToJson } from '../run/show.ts';
import { answerPlainly, type Facts, type PlainAnswer } from './plain-answer.ts';

export const ExplainOptions = z.object({ subject: z.string(), json: z.boolean().default(false) });
export type ExplainOptions = z.infer<typeof ExplainOptions>;

const MOST_RUNS = 10;

/** Says what became of an issue or merge request, or why nothing did: a plain answer first, then what it rests on. */
export async function explain(
  { subject: text, json }: ExplainOptions,
  io: CliIO,
  tools: Tools = createTools(io),
): Promise<number> {
  const subject = parseSubject(text);
  const storage = await tools.storage();
  const scope = await findScope(subject, tools);
  const [runs, own, ofProject, lease] = await Promise.all([
    storage.ledger.listRecent(scope, MOST_RUNS),
    storage.skipLog.list(scope),
    subject.kind === 'issue' ? storage.skipLog.list(jiraProjectSubject(subject.jiraProject)) : [],
    storage.scopes.find(scope),
  ]);
  const skipLog = [...own, ...ofProject].toSorted((a, b) => b.at - a.at);
  const now = await lookNow(subject, tools);
  const { present } = now;
  const notes = [...now.notes, ...(await describeRefusedMap(storage))];
  const facts: Facts = {
    name: nameSubject(subject),
    now: io.clock.now(),
    runs,
    skipLog,
    ...(await findStage(runs[0], storage)),
    ...(present ? { present } : {}),
  };
  const plain = answerPlainly(facts);
  const document = toJson(subject, plain, facts, lease, notes);
  return answer({ json, document, text: () => describe(plain, facts, lease, notes, io) }, io);
}

interface Look {
  present?: NonNullable<Facts['present']>;
  /** Why the present could not be looked at. */
  notes: string[];
}

/** Asks Jira and the map what would happen now. Without their settings the records have to do. */
async function lookNow(subject: Subject, tools: Tools): Promise<Look> {
  if (subject.kind !== 'issue') return { notes: [] };
  try {
    const bindings = createBindings(await tools.bindings());
    const issue = await tools.jira().findIssue(subject.issueKey);
    if (!issue) return { notes: [`Jira does not show ${subject.issueKey} to the account of cmap.`] };
    const plan = planCoding(issue, bindings.byJira(subject.jiraProject));
    return { present: plan.action === 'skip' ? plan : { action: 'enqueue' }, notes: [] };
  } catch (error) {
    if (error instanceof TaskError)
      return { notes: [`The present state was not looked at: ${describeFailure(error)}`] };
    if (error instanceof UsageError) return { notes: [`The present state was not looked at: ${error.message}`] };
    throw error;
  }
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
