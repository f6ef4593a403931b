import { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import type { AuditPlan } from './audit-plan.ts';

/** What the person or the schedule named; the rest comes from the map. */
export interface AuditOrder {
  fixVersion: string;
  /** Jira projects; every project whose binding has one of the repositories unless given. */
  projects?: readonly string[];
  /** Paths of GitLab projects; those of the projects' bindings unless given. */
  repositories?: readonly string[];
  from?: string;
  to?: string;
  environment?: string;
  scope?: Readonly<Record<string, string>>;
  policy?: AuditPolicy;
  deep?: boolean;
  agentUsername?: string;
}

/** Why an audit cannot be planned; one sentence for people. */
export type AuditPlanResult = { plan: AuditPlan } | { problem: string };

/** Everything that decides an audit, from what was asked for and the bindings of the map. */
export function planAudit(order: AuditOrder, bindings: readonly Binding[]): AuditPlanResult {
  const { projects: named = [], repositories: paths = [] } = order;
  const unknown = named.filter((project) => !bindings.some(({ jiraProject }) => jiraProject === project));
  if (unknown.length > 0)
    return { problem: `The map has no binding of ${unknown.join(', ')}; it has ${list(bindings)}.` };

  const chosen = bindings.filter(
    ({ jiraProject, repo }) =>
      (named.length === 0 || named.includes(jiraProject)) && (paths.length === 0 || paths.includes(repo)),
  );
  const unbound = paths.filter((repo) => !chosen.some((binding) => binding.repo === repo));
  if (unbound.length > 0)
    return { problem: `No binding of the audited projects has the repository ${unbound.join(', ')}.` };
  if (chosen.length === 0) return { problem: 'The map has no bindings, so there is nothing to audit.' };

  const policy = order.policy ?? AuditPolicy.parse({});
  const repositories = new Map(
    chosen.map(({ repo, credentialRef, targetBranch }) => [
      repo,
      { repository: repo, credentialRef, to: order.to ?? targetBranch, from: order.from ?? null, paths: [] },
    ]),
  );
  return {
    plan: {
      fixVersion: order.fixVersion,
      projects: unique(chosen.map(({ jiraProject }) => jiraProject)),
      mappedProjects: unique(bindings.map(({ jiraProject }) => jiraProject)),
      repositories: [...repositories.values()].sort((a, b) => (a.repository < b.repository ? -1 : 1)),
      environment: order.environment ?? null,
      scope: { ...order.scope },
      agentUsername: order.agentUsername ?? null,
      policy,
      deep: order.deep ?? false,
    },
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function list(bindings: readonly Binding[]): string {
  return unique(bindings.map(({ jiraProject }) => jiraProject)).join(', ') || 'none';
}
