import pLimit from 'p-limit';
import * as z from 'zod';
import { searchTriggers, type TriggerSearchResult } from '../../../shared/adapters/jira/search-triggers.ts';
import { type Binding, hasJiraProject, type JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import {
  chooseRoute,
  detailsForRoutes,
  isRouted,
  type RouteChoice,
} from '../../../shared/domain/tasks/choose-route.ts';
import { issueScope, planCoding } from '../../../shared/domain/tasks/plan-coding.ts';
import { findAdmittedRun } from '../../../shared/services/runs/find-admitted-run.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTable } from '../../output/format-table.ts';
import { NOTHING_USED } from './assess-budget.ts';
import { assessIssue, type Readiness } from './assess-issue.ts';
import { readUsed } from './read-used.ts';

export const ReadyOptions = z.object({ project: z.string().optional(), json: z.boolean().default(false) });
export type ReadyOptions = z.infer<typeof ReadyOptions>;

/** As many as the poller looks at. */
const MAX_ISSUES = 1000;
const READS_AT_ONCE = 8;

interface Assessed {
  issue: Issue;
  readiness: Readiness;
}

/**
 * Lists the issues that stand in their trigger: which of them the next poll starts, and why the others wait. Changes
 * nothing.
 */
export async function ready(
  { project, json }: ReadyOptions,
  io: CliIO,
  tools: Tools = createTools(io),
): Promise<number> {
  const all = await tools.bindings();
  const bindings = selectBindings(all, project);
  if (all.length > 0 && !all.some(hasJiraProject))
    throw new UsageError('no binding of the map has a Jira project, so no issue is worked on');
  const storage = await tools.storage();
  const jira = await tools.jira();
  const { projects } = createBindings(bindings);
  const found = await searchTriggers(jira, [...projects], { limit: MAX_ISSUES });
  const deps = { bindings, storage, jira, agentId: tools.agentId(), now: io.clock.now() };
  const assessed = await assessAll(found.issues, deps);
  const ok = found.refused.length + found.unreadable.length === 0;
  if (!json) warnOfGaps(found, io);
  const text = () => describe(assessed, projects, io);
  return answer({ json, document: toJson(assessed, found), text, ok }, io);
}

function selectBindings(all: readonly Binding[], project: string | undefined): Binding[] {
  if (project === undefined) return [...all];
  const { projects, ofJira, ofName } = createBindings(all);
  const bindings = ofJira(project);
  if (bindings.length > 0) return [...bindings];
  if (ofName(project).length > 0)
    throw new UsageError(`${project} is bound without a Jira project, so no issue is worked on there`);
  const known = projects.map(({ jiraProject }) => jiraProject).slice(0, 10);
  throw new UsageError(
    `${project} has no binding in the project map${known.length > 0 ? `, which has ${known.join(', ')}${projects.length > 10 ? ', ...' : ''}` : ''}; \`cmap init\` writes one`,
  );
}

interface AssessDeps {
  bindings: readonly Binding[];
  storage: Pick<Storage, 'ledger' | 'scopes' | 'budgets' | 'appliedMaps'>;
  jira: Pick<Jira, 'getIssue'>;
  agentId: string;
  now: number;
}

async function assessAll(issues: readonly Issue[], deps: AssessDeps): Promise<Assessed[]> {
  const { storage, agentId, now } = deps;
  const { projects, byJira, ofJira } = createBindings(deps.bindings);
  const limit = pLimit(READS_AT_ONCE);
  const asked = projects.filter(({ jiraProject }) => issues.some(({ projectKey }) => projectKey === jiraProject));
  const [version, locks, usedOf] = await Promise.all([
    storage.appliedMaps.findVersion(),
    storage.scopes.list(),
    readUsed(asked, { storage, now }),
  ]);
  const reloadedAt = version && version.generation > 0 ? version.appliedAt : undefined;
  const admitted = { ledger: storage.ledger, reloadedAt, hasEarlierRuns: version?.hasEarlierRuns };
  const lockOf = new Map(locks.map((lock): [string, ScopeLock] => [lock.scope, lock]));
  const assessed = await limit.map(issues, async (issue): Promise<Assessed[]> => {
    const binding = byJira(issue.projectKey);
    if (!binding) return [];
    const plan = planCoding(issue, binding, undefined, { agentId, now });
    const run = plan.action === 'enqueue' ? await findAdmittedRun(plan.task, admitted) : undefined;
    const routed =
      plan.action === 'enqueue' && !run ? await routeNow(issue, ofJira(issue.projectKey), deps) : undefined;
    const lock = lockOf.get(issueScope(issue.key));
    const used = usedOf.get(binding.jiraProject) ?? {
      today: NOTHING_USED,
      month: NOTHING_USED,
      deployment: NOTHING_USED,
    };
    const view = {
      issue,
      binding,
      plan,
      used,
      now,
      ...(run ? { run } : {}),
      ...(routed ? { routed } : {}),
      ...(lock ? { lock } : {}),
    };
    return [{ issue, readiness: assessIssue(view) }];
  });
  return assessed.flat().toSorted((a, b) => Number(isReady(b)) - Number(isReady(a)));
}

/** `undefined` where there is nothing to choose. */
async function routeNow(
  { key }: Issue,
  bindings: readonly JiraBinding[],
  { jira }: AssessDeps,
): Promise<RouteChoice | undefined> {
  if (!isRouted(bindings)) return undefined;
  return chooseRoute(await jira.getIssue(key, undefined, detailsForRoutes(bindings)), bindings);
}

function isReady({ readiness }: Assessed): boolean {
  return readiness.reason === 'ready';
}

function toJson(assessed: readonly Assessed[], { refused, unreadable, truncated }: TriggerSearchResult) {
  return {
    issues: assessed.map((one) => ({
      issueKey: one.issue.key,
      summary: one.issue.summary,
      url: one.issue.url,
      ready: isReady(one),
      ...one.readiness,
    })),
    refused,
    unreadable,
    truncated,
  };
}

function describe(assessed: readonly Assessed[], bindings: readonly Binding[], io: CliIO): string[] {
  if (assessed.length === 0) return [`No issue of ${countOf(bindings.length, 'project')} stands in its trigger.`];
  const count = assessed.filter(isReady).length;
  const rows = assessed.map((one) => [
    one.issue.key,
    isReady(one) ? 'yes' : 'no',
    `${one.readiness.reason}: ${one.readiness.why}`,
  ]);
  const table = formatTable(['ISSUE', 'READY', 'WHY'], rows, io);
  return [`${count} ready, ${assessed.length - count} not`, '', table];
}

function warnOfGaps({ refused, unreadable, truncated }: TriggerSearchResult, io: Pick<CliIO, 'warn'>): void {
  for (const { jiraProject, reason } of refused)
    io.warn(`cmap: Jira does not let cmap search ${jiraProject} (${reason}); run \`cmap doctor\``);
  for (const { key, reason } of unreadable) io.warn(`cmap: ${key} could not be read from Jira (${reason})`);
  if (truncated) io.warn(`cmap: only the ${MAX_ISSUES} issues that changed last were looked at; name a project`);
}
