import type { JiraBinding } from '../../domain/mapping/binding.ts';
import { listBranchesOfIssue } from '../../domain/mapping/branch-of-issue.ts';
import { goesBy } from '../../domain/mapping/goes-by.ts';
import { hasVersion } from '../../domain/mapping/version-branch.ts';
import { describeNeeds } from '../../domain/messages/format-route-note.ts';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { RouteProblem } from '../../domain/runs/route-problem.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { CodingTask } from '../../domain/runs/task.ts';
import {
  type ChosenPlace,
  chooseRoute,
  detailsForRoutes,
  isRouted,
  type RouteChoice,
} from '../../domain/tasks/choose-route.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';
import type { Registry } from '../projects/create-registry.ts';
import type { AdmitOptions } from './admit-task.ts';
import { findAdmittedRun } from './find-admitted-run.ts';

export interface RouteIssueDeps {
  jira: Pick<Jira, 'getIssue'>;
  ledger: Pick<RunLedger, 'find' | 'listRecent'>;
  mapping: { current(): Promise<{ registry: Pick<Registry, 'byJira'> }> };
  gitlabFor: (credentialRef: string) => Promise<Pick<GitLab, 'findOpenMergeRequest'>>;
}

/**
 * Decides in which repository a request on an issue is worked on, of the bindings of its Jira project. Asks nothing
 * where there is only one, and no more than the ledger where the request was admitted before: that run stays where it
 * is, whatever the issue says since. `options` are those the task will be admitted with.
 * @throws {TaskError} `jira-*`, `gitlab-*`, `storage-*` when it cannot be decided now
 */
export type RouteIssue = (
  task: CodingTask,
  bindings: readonly JiraBinding[],
  options?: Pick<AdmitOptions, 'reloadedAt' | 'hasEarlierRuns'>,
) => Promise<RouteChoice>;

/** Runs of an issue that may have opened a merge request somewhere else. */
const RECENT_RUNS = 20;

/**
 * Routes an issue by its components, labels, type and fields, as Jira's API shows them at this moment: no webhook has a
 * say in it. While a merge request of the issue is open, its repository is the one, whatever the issue says by now.
 */
export function createRouteIssue(deps: RouteIssueDeps): RouteIssue {
  return async (task, bindings, options = {}) => {
    const [first] = bindings;
    if (first && !isRouted(bindings)) return { binding: first };
    const admitted = await findAdmittedRun(task, { ledger: deps.ledger, ...options });
    const known = admitted && (findBinding(admitted, bindings) ?? first);
    if (known) return placeAt(known, admitted);

    const { issueKey } = task;
    const [issue, { runs }] = await Promise.all([
      deps.jira.getIssue(issueKey, undefined, detailsForRoutes(bindings)),
      listEarlierRuns(issueScope(issueKey), RECENT_RUNS, deps.ledger),
    ]);
    const choice = chooseRoute(issue, bindings);
    return (await findPlaceAtWork({ issueKey, runs, bindings, choice }, deps)) ?? choice;
  };
}

interface RoutedBefore {
  issueKey: string;
  runs: readonly Run[];
  bindings: readonly JiraBinding[];
  choice: RouteChoice;
}

/** Where the merge request of an earlier run is open, if that may be elsewhere than what was chosen. */
async function findPlaceAtWork(about: RoutedBefore, deps: RouteIssueDeps): Promise<ChosenPlace | undefined> {
  for (const binding of listOthers(about)) {
    const found = await findOpenMergeRequest(binding, about, deps);
    if (!found) continue;
    const isAimed = hasVersion(binding.targetBranch) && found.targetBranch !== undefined;
    return { binding, ...(isAimed ? { targetBranch: found.targetBranch } : {}) };
  }
  return undefined;
}

/** Newest run first. Where an earlier run went by a route the map has no more, each repository may be that one. */
function listOthers({ runs, bindings, choice }: RoutedBefore): JiraBinding[] {
  const chosen = 'binding' in choice ? choice.binding : undefined;
  const before = runs.filter(({ task }) => task.kind === 'coding').map((run) => findBinding(run, bindings));
  const candidates = before.flatMap((binding) => (binding ? [binding] : bindings));
  return [...new Set(candidates)].filter((binding) => binding !== chosen || hasVersion(binding.targetBranch));
}

/** `undefined` where the map has the route of that run no more. */
function findBinding({ task }: Pick<Run, 'task'>, bindings: readonly JiraBinding[]): JiraBinding | undefined {
  return task.kind === 'coding' ? bindings.find((binding) => goesBy(task, binding)) : undefined;
}

/** What an earlier run was sent to. */
function placeAt(binding: JiraBinding, { task }: Pick<Run, 'task'>): ChosenPlace {
  const target = task.kind === 'coding' ? task.targetBranch : undefined;
  return { binding, ...(target === undefined ? {} : { targetBranch: target }) };
}

async function findOpenMergeRequest(
  binding: JiraBinding,
  { issueKey, runs }: RoutedBefore,
  { mapping, gitlabFor }: RouteIssueDeps,
): Promise<{ targetBranch?: string } | undefined> {
  const { jiraProject, route, credentialRef } = binding;
  const { registry } = await mapping.current();
  const entry = await registry.byJira(jiraProject, route?.name);
  // Whether it is open cannot be seen now: the run of it waits for the repository, and none is begun elsewhere.
  if (entry?.state !== 'ready') {
    const opener = runs.find((run) => hasOpened(run, binding));
    return opener && placeAt(binding, opener);
  }
  const gitlab = await gitlabFor(credentialRef);
  for (const branch of listBranchesOfIssue(binding, issueKey)) {
    const found = await gitlab.findOpenMergeRequest(entry.project.projectId, branch);
    if (found) return found;
  }
  return undefined;
}

function hasOpened({ task, result }: Run, { route }: JiraBinding): boolean {
  return task.kind === 'coding' && task.route === route?.name && result?.mergeRequestIid !== undefined;
}

export interface UnroutedAsk {
  issueKey: string;
  jiraProject: string;
  choice: Extract<RouteChoice, { problem: RouteProblem }>;
  by: 'change' | 'comment';
}

/**
 * Keeps that an issue has no repository, and has the ticket say so once for each such state. Durable when it resolves,
 * and the same when it is repeated. @throws {TaskError} `storage-*`
 */
export async function reportUnrouted(
  { issueKey, jiraProject, choice, by }: UnroutedAsk,
  { skipLog, outbox }: { skipLog: Pick<SkipLog, 'record'>; outbox: Pick<Outbox, 'enqueue'> },
): Promise<void> {
  const { problem } = choice;
  const detail = 'routes' in choice ? choice.routes.map(({ name }) => name) : choice.needs;
  await skipLog.record(issueScope(issueKey), problem, detail.join(', '));
  const told = { kind: 'unrouted', issueKey, jiraProject, by, problem } as const;
  await outbox.enqueue({ ...told, routes: describeNeeds(choice) });
}
