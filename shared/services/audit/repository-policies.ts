import type { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import type { AuditPlan } from './audit-plan.ts';

/** Policies of repositories that have one of their own, by project path. */
export function repositoryPolicies(plan: AuditPlan): Record<string, AuditPolicy> {
  return Object.fromEntries(
    plan.repositories.flatMap(({ repository, policy }) => (policy ? [[repository, policy]] : [])),
  );
}
