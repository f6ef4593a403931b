import * as z from 'zod';
import { describeCriteriaCounts } from '../../../shared/domain/messages/format-criteria.ts';
import { findAllowance } from '../../../shared/domain/runs/allowed-event.ts';
import { runToJson } from '../../../shared/domain/runs/archive/run-document.ts';
import { measureProgress, type RunProgress } from '../../../shared/domain/runs/measure-progress.ts';
import { findStoredPlan } from '../../../shared/domain/runs/plan-event.ts';
import { findRefusedWork } from '../../../shared/domain/runs/refused-work.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { formatCost } from '../../../shared/domain/runs/run-cost.ts';
import { pickTranscripts, runFolder } from '../../../shared/domain/runs/run-files.ts';
import { describeError, isErrorCode } from '../../../shared/kernel/errors.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { describeLabelledModel } from '../../output/describe-model.ts';
import { formatEventFields } from '../../output/format-event.ts';
import { formatTask, type ProjectPaths } from '../../output/format-task.ts';
import { formatSpan, formatTime } from '../../output/format-time.ts';
import { refuse } from '../../output/refuse.ts';
import { describeChanged } from './describe-changed.ts';

export const RunShowOptions = z.object({ id: z.string(), json: z.boolean().default(false) });
export type RunShowOptions = z.infer<typeof RunShowOptions>;

/**
 * Shows one run, or the newest run of an issue or merge request: its state, what happened when, its result, and where
 * its transcripts are.
 */
export async function runShow(
  { id, json }: RunShowOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const found = await findRun(parseSubject(id), tools);
  if ('error' in found) return refuse({ error: found.error, json }, io);
  const { run } = found;
  const storage = await tools.storage();
  const { ledger, artefacts } = storage;
  let unreadable = 0;
  const [events, transcripts] = await Promise.all([
    ledger.listEvents(run.runId, 0, () => {
      unreadable += 1;
    }),
    artefacts.list(runFolder(run.runId)).then(pickTranscripts),
  ]);
  const paths = await createProjectPaths(async () => storage, io.env)(json ? [] : aboutRuns([run]));
  const progress = measureProgress(run, events);
  const document = {
    run: { ...runToJson(run), ...progress },
    events: events.map(eventToJson),
    unreadable,
    transcripts,
  };
  const text = () => [
    ...describeRun(run, { changed: describeChanged(events), plan: findStoredPlan(events)?.text, progress, paths }),
    ...describeRefused(events),
    ...describeAllowed(events),
    '',
    ...describeEvents(events),
    ...listPaths(transcripts),
  ];
  return answer({ json, document, text }, io);
}

function eventToJson({ runId: _, at, ...event }: RunEvent) {
  return { at: toIso(at), ...event };
}

interface Known {
  changed: string | undefined;
  /** As it was made first; the result has only its beginning. */
  plan: string | undefined;
  progress: RunProgress | undefined;
  paths: ProjectPaths;
}

function describeRun(run: Run, { changed, plan = run.result?.plan, progress, paths }: Known): string[] {
  const { runId, task, state, attempt, code, detail, result, facts, createdAt, updatedAt } = run;
  const usage = facts?.usage ?? result?.usage;
  const labelledModel = facts && describeLabelledModel(facts);
  return [
    `run       ${runId}: ${formatTask(task, paths)}`,
    `state     ${state}, attempt ${attempt}${run.interruptions ? `, interrupted ${countOf(run.interruptions, 'time')}` : ''}`,
    ...(progress ? [`progress  ${describeProgress(progress)}`] : []),
    `since     ${formatTime(createdAt)}, last change ${formatTime(updatedAt)} (${formatSpan(updatedAt - createdAt)})`,
    `uses      credential ${task.credentialRef}`,
    ...(facts?.agentId ? [`agent     ${facts.agentId}`] : []),
    ...(labelledModel === undefined ? [] : [`model     ${labelledModel}`]),
    ...(facts?.labels?.length ? [`labels    ${facts.labels.map(oneLine).join(', ')}`] : []),
    ...(run.runner ? [`runner    ${run.runner}`] : []),
    ...(run.parkedUntil === undefined
      ? []
      : [`waits     until ${formatTime(run.parkedUntil)}: ${run.parkedReason ?? 'no reason'}`]),
    ...(code === undefined ? [] : [`failure   ${describeCode(code)}${detail ? ` ${detail}` : ''}`]),
    ...(result
      ? [`result    ${[result.what, result.mergeRequestUrl, result.commitSha].filter(Boolean).join(' ')}`]
      : []),
    ...(changed === undefined ? [] : [`files     ${changed}`]),
    ...(result?.summary ? [`summary   ${result.summary.split('\n')[0]}`] : []),
    ...(plan ? plan.split('\n').map((step, index) => `${index === 0 ? 'plan  ' : '      '}    ${step}`) : []),
    ...(result?.criteria ? [`criteria  ${describeCriteriaCounts(result.criteria)}`] : []),
    ...(usage
      ? [`usage     ${countOf(usage.modelCalls, 'call')}, ${usage.inputTokens} in, ${usage.outputTokens} out`]
      : []),
    ...(facts?.cost ? [`cost      ${formatCost(facts.cost)}`] : []),
    `reported  ${run.notified ? 'yes' : 'not yet'}`,
  ];
}

/** Where refused work is, and each file by the rule that refused it. */
function describeRefused(events: readonly RunEvent[]): string[] {
  const work = findRefusedWork(events);
  if (!work) return [];
  const { kept, files, more } = work;
  const place =
    kept.kind === 'branch'
      ? `branch ${kept.branch} ${kept.sha}`
      : kept.kind === 'patch'
        ? `patch ${kept.name}`
        : 'nowhere';
  const lines = files.map(
    ({ path, rule, never }) => `refused   ${oneLine(path)} (${rule}${never ? ', no person lets it pass' : ''})`,
  );
  return [`kept      ${place}`, ...lines, ...(more > 0 ? [`refused   and ${countOf(more, 'more file')}`] : [])];
}

/** Who let which file pass which rule, and when. */
function describeAllowed(events: readonly RunEvent[]): string[] {
  const allowance = findAllowance(events);
  if (!allowance) return [];
  const { files, by, maintainer, saidAt, run } = allowance;
  const who = `by ${oneLine(by)}, ${maintainer} in GitLab, ${formatTime(saidAt)}, of ${run}`;
  return files.map(({ path, rule }) => `allowed   ${oneLine(path)} (${rule}) ${who}`);
}

function describeProgress({ progress, next }: RunProgress): string {
  return `${Math.round(progress * 100)} %${next === undefined ? '' : `, next checkpoint ${next}`}`;
}

function describeCode(code: string): string {
  return isErrorCode(code) ? `${code}: ${describeError(code).sentence}` : code;
}

/** What the agent did step by step is in the transcript; here only the milestones, with a count of the rest. */
function describeEvents(events: readonly RunEvent[]): string[] {
  const steps = events.filter(({ name }) => name === 'agent-step').length;
  const lines = events
    .filter(({ name }) => name !== 'agent-step')
    // The names of files stand above, once.
    .map(
      ({ at, name, fields: { changed: _, ...fields } = {} }) =>
        `${formatTime(at)}  ${name}${formatEventFields(fields)}`,
    );
  return steps > 0
    ? [
        ...lines,
        `(${countOf(steps, 'agent step')} not shown; --json and the transcript have ${steps === 1 ? 'it' : 'them'})`,
      ]
    : lines;
}

function listPaths(transcripts: readonly string[]): string[] {
  return transcripts.length > 0 ? ['', ...transcripts.map((path) => `transcript  ${path}`)] : [];
}
