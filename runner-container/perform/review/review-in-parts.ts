import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { joinAnswers } from '../../../shared/domain/criteria/join-answers.ts';
import { formatChangeMap } from '../../../shared/domain/prompts/review-part.ts';
import type { Finding, ReviewResult } from '../../../shared/domain/review/finding.ts';
import { formatPlace } from '../../../shared/domain/review/format-finding-note.ts';
import type { ReviewedPart } from '../../../shared/domain/review/format-summary-note.ts';
import { joinFindings } from '../../../shared/domain/review/join-findings.ts';
import { listMissed } from '../../../shared/domain/review/list-missed.ts';
import type { FindingThread } from '../../../shared/domain/review/read-threads.ts';
import type { ReviewedFile } from '../../../shared/domain/review/reviewed-file.ts';
import type { FileLeftOut } from '../../../shared/domain/review/select-files.ts';
import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import { type ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import { cleanText } from '../../../shared/kernel/text/clean-text.ts';
import { fitWords } from '../../../shared/kernel/text/fit-words.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { meterAgent } from '../limits/meter-agent.ts';
import { sessionBase } from '../limits/session-base.ts';
import { addUp } from '../run/run-context.ts';
import { askForReview, type ReviewQuestion } from './ask-for-review.ts';
import type { ReviewBasis } from './gather-review.ts';
import { keyOfPart, readKeptParts } from './kept-parts.ts';
import type { ReviewReport, ReviewSession } from './review-session.ts';

/** A part and how its session ended. */
interface ReadPart {
  number: number;
  files: readonly ReviewedFile[];
  ended: { report: ReviewReport } | { why: FileLeftOut['why']; cause?: AgentFailure };
}

/**
 * Reads a large change part by part, each in a fresh session that has a map of the whole and what was found so far (ADR
 * 0027), as long as the budget of the run lasts, and joins what they say. Before each part the head is looked at.
 * Nothing is posted between parts. What a part has said is kept, so that the next attempt of the run, after a model
 * that was away or a runner that died, goes on with the parts that are missing.
 * @throws {AgentFailure} when no part gave a result, or for what another attempt may not meet
 */
export async function reviewInParts(
  session: ReviewSession,
  basis: ReviewBasis,
  signal: AbortSignal,
): Promise<ReviewReport> {
  const { material, workspace } = session;
  const map = cleanText(formatChangeMap(material));
  const mapFile = path.join(workspace.context, 'changed-files.txt');
  await writeFile(mapFile, `${map}\n`);
  const budget = createBudget(session);
  const kept = await readKeptParts(session.run);
  const of = material.parts.length;
  const read: ReadPart[] = [];
  for (const [index, files] of material.parts.entries()) {
    const number = index + 1;
    const part = { number, of, map, mapFile, findings: listFound(read) };
    const question = { files, part, threads: threadsOf(number, basis.threads, material.parts) };
    const key = keyOfPart(session, basis, question);
    const known = kept.find(key);
    if (known) {
      read.push({ number, files, ended: { report: known } });
      continue;
    }
    if (index > 0) await session.look();
    const left = of - index;
    const ended = budget.lasts()
      ? await endPart(session.run, () =>
          budget.ask(left, (share) => askForReview(session, basis, { ...question, ...share }, signal)),
        )
      : { why: 'budget' as const };
    if ('report' in ended) await kept.keep(key, ended.report);
    read.push({ number, files, ended });
  }
  return joinParts(session, read);
}

/** What ends a session and says nothing about the next one. */
const MISSED: Partial<Record<ErrorCode, FileLeftOut['why']>> = {
  'agent-budget-exhausted': 'budget',
  'agent-timed-out': 'budget',
  'agent-no-result': 'no-result',
};

async function endPart(
  { context, deps }: ReviewSession['run'],
  ask: () => Promise<ReviewReport>,
): Promise<ReadPart['ended']> {
  try {
    return { report: await ask() };
  } catch (error) {
    if (!(error instanceof AgentFailure)) throw error;
    const why = MISSED[error.code];
    if (why === undefined) throw error;
    context.log.warn('part of a review missed', { code: error.code });
    await deps.saveTranscript(context.run, error.transcript);
    return { why, cause: error };
  }
}

/** A part may be twice as large as the others: what it does not use is theirs. */
const SHARES = 2;

/**
 * Of time and tokens, which all parts of a run share: one that could not end with what is left is not begun, and none
 * may use more than its share, doubled, of what is left for those that are not read yet.
 */
function createBudget({ run, workspace }: ReviewSession) {
  const { clock, runAgent } = run.deps;
  const { limits } = sessionBase('review', run, workspace);
  const maxTokens = Math.min(limits.maxTokens, run.deps.promisedTokens ?? limits.maxTokens);
  const meter = meterAgent(runAgent, maxTokens);
  const startedAt = clock.now();
  /** Of parts that gave a result: one that was cut off says nothing about what the others need. */
  const given = { parts: 0, tokens: 0, ms: 0 };
  const average = (used: number) => (given.parts === 0 ? 0 : used / given.parts);
  const tokensLeft = () => maxTokens - meter.usedTokens();
  const msLeft = () => limits.wallClockMs - (clock.now() - startedAt);
  return {
    /** Whether there is as much left as a part has used so far. */
    lasts: () => tokensLeft() > average(given.tokens) && msLeft() > average(given.ms),
    /** Asks with a share of what is left for so many parts. */
    async ask(left: number, session: (share: Share) => Promise<ReviewReport>): Promise<ReviewReport> {
      const [tokens, at] = [meter.usedTokens(), clock.now()];
      const part = Math.min(1, SHARES / left);
      const share = { wallClockMs: Math.ceil(msLeft() * part), maxTokens: Math.ceil(tokensLeft() * part) };
      const report = await session({ runAgent: meter.runAgent, limits: share });
      given.parts += 1;
      given.tokens += meter.usedTokens() - tokens;
      given.ms += clock.now() - at;
      return report;
    },
  };
}

type Share = Required<Pick<ReviewQuestion, 'runAgent' | 'limits'>>;

/** Each thread is judged once: by the first part that reads its file, and by the first of all where none does. */
function threadsOf(
  number: number,
  threads: readonly FindingThread[],
  parts: readonly (readonly ReviewedFile[])[],
): FindingThread[] {
  return threads.filter(({ path: file }) => {
    const index = parts.findIndex((files) =>
      files.some(({ newPath, oldPath }) => newPath === file || oldPath === file),
    );
    return Math.max(index, 0) + 1 === number;
  });
}

function listFound(read: readonly ReadPart[]): string[] {
  return listReports(read)
    .flatMap(({ result }) => result.findings)
    .map((finding) => `${finding.severity}, ${formatPlace(finding)}: ${oneLine(finding.title)}`);
}

function listReports(read: readonly ReadPart[]): ReviewReport[] {
  return read.flatMap(({ ended }) => ('report' in ended ? [ended.report] : []));
}

const NO_USAGE: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0 };

function joinParts({ material }: ReviewSession, read: readonly ReadPart[]): ReviewReport {
  const reports = listReports(read);
  const failures = read.flatMap(({ ended }) => ('cause' in ended && ended.cause ? [ended.cause] : []));
  if (reports.length === 0) throw failures[0] ?? new TaskError('agent-budget-exhausted');
  const sum = (count: (report: ReviewReport) => number | undefined) =>
    reports.reduce((total, report) => total + (count(report) ?? 0), 0);
  const parts = read.flatMap((part) => ('report' in part.ended ? [toReviewedPart(part, part.ended.report)] : []));
  return {
    result: joinResults(reports, parts, material.files),
    usage: [...reports, ...failures].reduce((total, { usage }) => addUp(total, usage), NO_USAGE),
    unreadable: sum(({ unreadable }) => unreadable),
    unreadableFindings: sum(({ unreadableFindings }) => unreadableFindings),
    parts,
    missed: listMissed(
      read.map(({ files, ended }) => ({ files, ...('why' in ended ? { why: ended.why } : {}) })),
      material.beyond,
    ),
  };
}

function joinResults(
  reports: readonly ReviewReport[],
  parts: readonly ReviewedPart[],
  files: ReviewSession['material']['files'],
): ReviewResult {
  const results = reports.map(({ result }) => result);
  const findings = results.flatMap((result): Finding[] => result.findings);
  return {
    summary: parts.map(({ number, summary }) => `Part ${number}: ${summary}`).join('\n'),
    findings: joinFindings(findings, files),
    resolvedThreads: results.flatMap(({ resolvedThreads }) => resolvedThreads),
    criteria: joinAnswers(results.flatMap(({ criteria }) => criteria ?? [])),
  };
}

function toReviewedPart({ number, files }: ReadPart, { result }: ReviewReport): ReviewedPart {
  const [from = '', to = ''] = [files[0]?.newPath, files.at(-1)?.newPath];
  return { number, files: files.length, from, to, summary: fitWords(oneLine(result.summary), 600) };
}
