import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { SkipEntry } from '../../../shared/domain/ports/skip-log.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { eventsSubject, jiraProjectSubject } from '../../../shared/domain/runs/subjects.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { describeError, isErrorCode } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { guardReading } from '../../../shared/services/runs/guard-reading.ts';
import { parseSubject, type Subject } from '../../arguments/subject.ts';
import { describeWithheld, findMap } from '../../clients/find-map.ts';
import { describeUnreadable } from '../../clients/find-run-by-id.ts';
import { findScope } from '../../clients/find-scope.ts';
import { aboutRuns, createProjectPaths, nameAsked } from '../../clients/project-paths.ts';
import type { Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { describeLabelledModel } from '../../output/describe-model.ts';
import { formatTime } from '../../output/format-time.ts';
import { lookNow } from './look-now.ts';
import { answerPlainly, describeHidden, type Facts, type PlainAnswer } from './plain-answer.ts';

/** What became of an issue, merge request or run, and what that rests on. */
export interface Explanation {
  subject: Subject;
  plain: PlainAnswer;
  facts: Facts;
  lock: ScopeLock | undefined;
  /** What is odd about the map, or could not be looked at. */
  notes: string[];
}

const MOST_RUNS = 10;

interface ExplainSurroundings {
  clock: Pick<Clock, 'now'>;
  env: CliIO['env'];
}

/**
 * Looks at runs, skip log, claim, map and Jira. @throws {UsageError} and {TaskError} as `parseSubject` and `findScope`
 * do
 */
export async function explainSubject(
  text: string,
  tools: Tools,
  { clock, env }: ExplainSurroundings,
): Promise<Explanation> {
  const asked = parseSubject(text);
  const storage = await tools.storage();
  const scope = await findScope(asked, tools);
  // A run stands for the issue or merge request it is about.
  const subject = asked.kind === 'run' ? parseSubject(scope) : asked;
  const unreadable: Pick<Run, 'runId' | 'createdAt'>[] = [];
  const [runs, own, ofProject, undelivered, claim] = await Promise.all([
    storage.ledger.listRecent(scope, MOST_RUNS, {
      onUnreadable: (runId, createdAt) => unreadable.push({ runId, createdAt }),
    }),
    storage.skipLog.list(scope),
    subject.kind === 'issue' ? storage.skipLog.list(jiraProjectSubject(subject.jiraProject)) : [],
    storage.skipLog.list(eventsSubject(scope)),
    guardReading(scope, silentLog, () => storage.scopes.find(scope)),
  ]);
  const readPaths = createProjectPaths(async () => storage, env);
  // What the runs have kept of their project saves the list of the cache.
  await readPaths(aboutRuns(runs).filter(({ mergeRequestUrl }) => mergeRequestUrl !== undefined));
  const name = await nameAsked(subject, scope, readPaths);
  const skipLog = [...own, ...ofProject].toSorted((a, b) => b.at - a.at);
  const map = await findMap(tools);
  const { present, isHidden, notes: problems } = await lookNow(subject, map, tools);
  const refused = await describeRefusedMap(storage);
  const lock = claim === 'unreadable' ? undefined : claim;
  const unclear =
    claim === 'unreadable'
      ? [
          `The claim of ${name} cannot be read in the table state of the storage account: no run begins on it until the row is mended or deleted.`,
        ]
      : [];
  const left = unreadable.length > 0 ? [`${describeUnreadable(unreadable.map(({ runId }) => runId))}.`] : [];
  const shown = asked.kind === 'run' ? runs.filter(({ runId }) => runId.startsWith(asked.runId)) : runs;
  const notes = [
    ...left,
    ...undelivered.map(describeUndelivered),
    ...unclear,
    ...describeWithheld(map.withheld),
    ...(refused.length > 0 ? refused : map.notes),
    ...(isHidden && runs.length + skipLog.length > 0 ? [describeHidden(name)] : []),
    ...problems,
    ...describeModelOf(shown[0]),
  ];
  const [newest] = asked.kind === 'run' ? [] : unreadable;
  const hides = newest !== undefined && newest.createdAt >= (shown[0]?.createdAt ?? 0);
  const facts: Facts = {
    name,
    now: clock.now(),
    runs: shown,
    ...(hides ? { unreadable: newest.runId } : {}),
    skipLog: asked.kind === 'run' ? [] : skipLog,
    ...(lock ? { lock } : {}),
    ...(await findStage(shown[0], storage)),
    ...(present ? { present } : {}),
    ...(isHidden ? { isHidden } : {}),
  };
  return { subject, plain: answerPlainly(facts), facts, lock, notes };
}

/** Labels decide about the model, so people should see which one did. */
function describeModelOf(run: Run | undefined): string[] {
  const labelled = run?.facts && describeLabelledModel(run.facts);
  return run && labelled !== undefined ? [`The model of run ${run.runId} is ${labelled}.`] : [];
}

/** Why the webhook of the team was not notified, and what mends it. */
function describeUndelivered({ reason, detail, at }: SkipEntry): string {
  const known = isErrorCode(reason) ? describeError(reason) : undefined;
  const why = [known?.sentence ?? reason, ...(detail === undefined ? [] : [`${detail}.`])].join(' ');
  return `An event was not delivered at ${formatTime(at)}: ${why}${known ? ` ${known.next}` : ''}`;
}

/** Names a source of the project map that is not used, because a change made there has no effect until it is mended. */
export async function describeRefusedMap({ appliedMaps }: Storage): Promise<string[]> {
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
  const events = await ledger.listEvents(run.runId, 0, () => {});
  const stage = events.findLast(isMilestone)?.name;
  return stage === undefined ? {} : { stage };
}

function isMilestone({ name }: RunEvent): boolean {
  return name !== 'agent-step' && name !== 'running';
}
