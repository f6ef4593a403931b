import { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import type { JiraBinding } from '../../domain/mapping/binding.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';

export interface PlannedPolicies {
  /** For all that has none of its own. */
  policy: AuditPolicy;
  /** By path of the GitLab project; empty when all bindings say the same. */
  ofRepositories: ReadonlyMap<string, AuditPolicy>;
  /** By key of the Jira project. */
  ofProjects: ReadonlyMap<string, AuditPolicy>;
}

/**
 * Which policy counts where, from the `audit` of the bindings: one for all when they agree. Otherwise changes are
 * judged by the binding of their repository (the first one of several speaks, as for reviews) and issues by the one of
 * their Jira project.
 */
export function planPolicies(
  bindings: readonly Pick<JiraBinding, 'jiraProject' | 'repo' | 'audit'>[],
): PlannedPolicies {
  const builtIn = AuditPolicy.parse({});
  const policies = bindings.map(({ jiraProject, repo, audit }) => ({
    jiraProject,
    repo,
    policy: audit?.policy ?? builtIn,
  }));
  const [first] = policies;
  const agree = new Set(policies.map(({ policy }) => canonicalJson(policy))).size <= 1;
  if (!first || agree) return { policy: first?.policy ?? builtIn, ofRepositories: new Map(), ofProjects: new Map() };
  return {
    policy: builtIn,
    ofRepositories: new Map(policies.toReversed().map(({ repo, policy }) => [repo, policy])),
    ofProjects: new Map(policies.map(({ jiraProject, policy }) => [jiraProject, policy])),
  };
}
