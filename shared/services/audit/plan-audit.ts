import type { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import { type Binding, hasJiraProject, type JiraBinding } from '../../domain/mapping/binding.ts';
import { DEFAULT_CREDENTIAL_REF } from '../../domain/mapping/credential-names.ts';
import { BUILT_IN_DEFAULTS } from '../../domain/mapping/defaults.ts';
import { fillVersion } from '../../domain/mapping/version-branch.ts';
import { uniqueNames } from '../../kernel/text/unique-names.ts';
import type { AuditPlan, PlannedRepository } from './plan/audit-plan.ts';
import { planPolicies } from './plan-policies.ts';

/** What the person or the schedule named; the rest comes from the map. */
export interface AuditInput {
  fixVersion: string;
  /** Jira projects; every project whose binding has one of the repositories unless given. */
  projects?: readonly string[];
  /** Paths of GitLab projects; those of the projects' bindings unless given. */
  repositories?: readonly string[];
  from?: string | undefined;
  to?: string | undefined;
  environment?: string | undefined;
  scope?: Readonly<Record<string, string>>;
  /** Counts for all instead of what the map says. */
  policy?: AuditPolicy;
  deep?: boolean;
  agentUsername?: string;
}

/** Why an audit cannot be planned; one sentence for people. */
export type AuditPlanResult = { plan: AuditPlan } | { problem: string };

/**
 * Everything that decides an audit, from what was asked for and the bindings of the map. A repository without a Jira
 * project is in none: no ticket says what belongs to a release of it.
 */
export function planAudit(input: AuditInput, map: readonly Binding[]): AuditPlanResult {
  const { projects: named = [], repositories: paths = [] } = input;
  const bindings = map.filter(hasJiraProject);
  const isWithout = (repo: string) => map.some((one) => one.repo === repo && !hasJiraProject(one));
  const without = paths.filter(isWithout);
  if (without.length > 0)
    return {
      problem: `${without.join(', ')} is bound without a Jira project, and an audit compares the changes of a release with its tickets: add jira_project to its binding.`,
    };
  if (map.length > 0 && bindings.length === 0)
    return {
      problem:
        'No binding of the map has a Jira project, and an audit compares the changes of a release with its tickets: add jira_project to the binding of what is to be audited.',
    };
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

  const planned = planPolicies(chosen);
  const { policy = planned.policy } = input;
  const ofProjects = input.policy ? {} : Object.fromEntries(planned.ofProjects);
  const repositories = [...Map.groupBy(chosen, ({ repo }) => repo)].map(([repo, bindings]) =>
    planRepository(repo, bindings, input, input.policy ? undefined : planned.ofRepositories.get(repo)),
  );
  return {
    plan: {
      fixVersion: input.fixVersion,
      projects: uniqueNames(chosen.map(({ jiraProject }) => jiraProject)),
      mappedProjects: uniqueNames(bindings.map(({ jiraProject }) => jiraProject)),
      repositories: repositories.sort((a, b) => (a.repository < b.repository ? -1 : 1)),
      environment: input.environment ?? null,
      scope: { ...input.scope },
      agentUsername: input.agentUsername ?? null,
      policy,
      ...(Object.keys(ofProjects).length > 0 ? { projectPolicies: ofProjects } : {}),
      deep: input.deep ?? false,
    },
  };
}

/**
 * Of several bindings of a repository the first one speaks. An audit covers one range of a repository: where the others
 * have another target branch, the plan says so, and the report is not complete.
 */
function planRepository(
  repository: string,
  bindings: readonly JiraBinding[],
  { to, from, fixVersion }: AuditInput,
  policy: AuditPolicy | undefined,
): PlannedRepository {
  const [speaker] = bindings;
  // A branch that is named after the fix version of an issue is that of the version which is audited.
  const end = to ?? fillVersion(speaker?.targetBranch ?? BUILT_IN_DEFAULTS.targetBranch, fixVersion);
  const branches = bindings.map(({ targetBranch }) => fillVersion(targetBranch, fixVersion));
  const others = uniqueNames(branches).filter((branch) => branch !== end);
  const paths = bindings.map(({ audit }) => audit?.paths ?? []);
  return {
    repository,
    credentialRef: speaker?.credentialRef ?? DEFAULT_CREDENTIAL_REF,
    to: end,
    from: from ?? null,
    paths: paths.some((globs) => globs.length === 0) ? [] : uniqueNames(paths.flat()),
    ...(to === undefined && others.length > 0 ? { otherBranches: others } : {}),
    ...(policy ? { policy } : {}),
  };
}

function list(bindings: readonly JiraBinding[]): string {
  return uniqueNames(bindings.map(({ jiraProject }) => jiraProject)).join(', ') || 'none';
}
