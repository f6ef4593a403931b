import type { AuditPolicy } from '../../../domain/audit/policy/audit-policy.ts';
import type { RepositoryPolicies } from '../../../domain/audit/release/release-frame.ts';
import type { AuditPlan } from './audit-plan.ts';

/** Policies of repositories and Jira projects that have one of their own, by project path and by key. */
export function repositoryPolicies({ repositories, projectPolicies = {} }: AuditPlan): Record<string, AuditPolicy> {
  return {
    ...projectPolicies,
    ...Object.fromEntries(repositories.flatMap(({ repository, policy }) => (policy ? [[repository, policy]] : []))),
  };
}

/** The same plan judged by another policy, which counts everywhere but where one of `own` does. */
export function withPolicies(plan: AuditPlan, policy: AuditPolicy, own: RepositoryPolicies = {}): AuditPlan {
  const { projectPolicies: _, ...rest } = plan;
  const ofProjects = Object.fromEntries(Object.entries(own).filter(([name]) => plan.mappedProjects.includes(name)));
  return {
    ...rest,
    policy,
    repositories: plan.repositories.map(({ policy: __, ...repository }) => {
      const ownPolicy = own[repository.repository];
      return { ...repository, ...(ownPolicy ? { policy: ownPolicy } : {}) };
    }),
    ...(Object.keys(ofProjects).length > 0 ? { projectPolicies: ofProjects } : {}),
  };
}
