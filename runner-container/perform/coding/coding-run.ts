import { criteriaOf } from '../../../shared/domain/criteria/criteria-of.ts';
import type { Criteria } from '../../../shared/domain/criteria/criterion.ts';
import type { Binding, JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import { goesBy } from '../../../shared/domain/mapping/goes-by.ts';
import { hasVersion } from '../../../shared/domain/mapping/version-branch.ts';
import type { CarriedPlan } from '../../../shared/domain/messages/format-merge-request.ts';
import type { DetailOptions, Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import type { Allowance } from '../../../shared/domain/runs/allowed-event.ts';
import { hasBegunBefore, type Run } from '../../../shared/domain/runs/run.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { type ChosenPlace, chooseRoute, detailsForRoutes } from '../../../shared/domain/tasks/choose-route.ts';
import { chooseTarget } from '../../../shared/domain/tasks/choose-target.ts';
import { detailsFor } from '../../../shared/domain/tasks/details-for.ts';
import { isTriggered } from '../../../shared/domain/tasks/plan-coding.ts';
import { isReworkTask } from '../../../shared/domain/tasks/plan-rework.ts';
import { standsInProgress } from '../../../shared/domain/tasks/stands-in-progress.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { mapTexts } from '../../../shared/kernel/text/map-texts.ts';
import { sameName } from '../../../shared/kernel/text/same-name.ts';
import type { ResolvedProject } from '../../../shared/services/projects/registry-entry.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { noteLabels } from '../run/note-labels.ts';
import { withRemoteLinks } from '../run/with-remote-links.ts';
import { chooseBranch } from './choose-branch.ts';
import { findPlace } from './find-place.ts';
import { isAnsweredElsewhere } from './is-answered-elsewhere.ts';
import { isTakenAway } from './is-taken-away.ts';
import { requestOf } from './newer-request.ts';

/** What a coding run is about, read anew: the task itself is only a pointer. */
export interface CodingInput {
  issue: Issue;
  /** What the issue says the work has to fulfil, masked: people read it again in the merge request. */
  criteria: Criteria;
  binding: Binding;
  project: ResolvedProject;
  branch: string;
  /** Whether this run, or the one it repeats, has begun before, so that the ticket may have left the trigger. */
  resumed: boolean;
  /** The change of the ticket that asked for this run, as `findRequest` names it. */
  ownRequest: string | undefined;
  /** What a person lets pass in this run; absent where nothing is. */
  allowance?: Allowance;
  /** The other runs of the issue, newest first. */
  others: readonly Run[];
  /** The plan that is carried out, where one was made first. */
  plan?: CarriedPlan;
  /** Where the ticket would go by what it says now, where the run stays elsewhere. */
  fitsNow?: ChosenPlace;
}

/** A coding task at work: it needs a Jira. */
export type ActiveCoding = ActiveRun<CodingTask> & { deps: { jira: Jira } };

/** A coding run, carried through `coding/`. */
export type CodingRun = ActiveCoding & CodingInput;

/** Why a run has nothing to do. */
export type SupersededReason = 'issue-moved-on' | 'issue-in-other-project' | 'request-answered' | 'allow-gone';

/**
 * Reads issue, binding and project, or says why there is nothing to do: a person took the issue out of its trigger
 * before work began, or out of work between two attempts or after the comment that asked for it; or moved it to
 * another project, whose binding speaks for it now; or another run has the same request.
 * @throws what `findPlace` and `chooseBranch` do; {TaskError} `jira-*`.
 */
export async function readCodingRun(active: ActiveCoding, signal: AbortSignal): Promise<CodingRun | SupersededReason> {
  const { task, deps } = active;
  const { run } = active.context;
  const view = await deps.mapping();
  const { generation } = view;
  if (generation !== undefined) active.context.note({ mapGeneration: generation });
  const place = await findPlace(active, view, signal);
  const { project } = place;
  const routed = view.bindings.ofJira(task.jiraProject);
  const [issue, others] = await Promise.all([
    deps.jira.getIssue(task.issueKey, signal, joinDetails(detailsFor(place.binding), detailsForRoutes(routed))),
    deps.listEarlierRuns(run),
  ]);
  // Jira answers for the key an issue had before as well.
  if (issue.key !== task.issueKey) return 'issue-in-other-project';
  const labelled = noteLabels(place.binding, issue.labels, active.context);
  if (isAnsweredElsewhere(run, others)) return 'request-answered';
  const binding = aimAt(labelled, task, issue);
  let resumed = hasBegunBefore(run);
  const isAtWork = await isInWork(issue, binding, deps.jira, signal);
  if (resumed && !isAtWork) return 'issue-moved-on';
  const standsElsewhere = !resumed && isReworkTask(task) && !isAtWork;
  if (standsElsewhere && (await isTakenAway(issue, task, { ...deps, binding: place.binding }, signal)))
    return 'issue-moved-on';
  if (!resumed && !isTriggered(issue, binding.trigger) && !isReworkTask(task)) {
    if (!isRepetition(run, others)) return 'issue-moved-on';
    resumed = true;
  }
  const [known, branch] = await Promise.all([
    withRemoteLinks(issue, deps, signal),
    chooseBranch({ issue, binding, project, others }, deps, signal),
  ]);
  return {
    ...active,
    issue: known,
    criteria: criteriaOf(mapTexts(issue, deps.maskWritten), binding),
    binding,
    project,
    branch,
    resumed,
    ownRequest: requestOf(task),
    others,
    ...findOtherPlace(issue, binding, routed),
  };
}

/**
 * The binding with the branch of this run: that of its task, or by the fix version of the issue where the task was
 * admitted under another map.
 */
function aimAt(binding: Binding, { targetBranch }: CodingTask, { details }: Issue): Binding {
  if (!hasVersion(binding.targetBranch)) return binding;
  if (targetBranch !== undefined) return { ...binding, targetBranch };
  const target = chooseTarget(binding.targetBranch, details?.fixVersions ?? []);
  if ('targetBranch' in target) return { ...binding, ...target };
  throw new TaskError('route-undecided', { detail: target.needs.map((one) => `- ${one}`).join('\n') });
}

function joinDetails(one: DetailOptions, more: DetailOptions): DetailOptions {
  return { ...more, ...one, fields: [...new Set([...one.fields, ...more.fields])] };
}

/** A ticket that fits none or several by now asks for no other place. */
function findOtherPlace(issue: Issue, binding: Binding, routed: readonly JiraBinding[]): Pick<CodingInput, 'fitsNow'> {
  const now = chooseRoute(issue, routed);
  if (!('binding' in now)) return {};
  const isHere = goesBy({ route: binding.route?.name }, now.binding);
  return isHere && (now.targetBranch ?? binding.targetBranch) === binding.targetBranch ? {} : { fitsNow: now };
}

/** Where an earlier attempt may have left the issue: still in its trigger, in work, in review or given back already. */
async function isInWork(
  issue: Issue,
  { trigger, statuses }: Binding,
  jira: Pick<Jira, 'getMyself'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (isTriggered(issue, trigger)) return true;
  if ([statuses.inProgress, statuses.inReview].some((name) => sameName(name, issue.status.name))) return true;
  const { accountId } = await jira.getMyself(signal);
  return standsInProgress(issue, statuses, accountId) || isHandedBack(issue, statuses, accountId);
}

/** The attempt that gave it back did not live to say so in the ledger. */
function isHandedBack(
  { status, changes }: Pick<Issue, 'status' | 'changes'>,
  { stopped, needsAnswer }: Binding['statuses'],
  selfAccountId: string,
): boolean {
  const isStopped = [stopped, needsAnswer].some((name) => name !== undefined && sameName(name, status.name));
  return isStopped && changes?.find(({ field }) => field === 'status')?.by?.accountId === selfAccountId;
}

/**
 * Whether an operator sent a failed run's task again: it took the ticket out of the trigger itself. A second run of the
 * same move that was admitted before that failure is none.
 */
function isRepetition(run: Run, others: readonly Run[]): boolean {
  return others.some(
    ({ state, task, updatedAt }) => state === 'failed' && task.id === run.task.id && updatedAt <= run.createdAt,
  );
}
