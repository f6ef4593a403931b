import { buildReport } from './build/build-report.ts';
import type { AuditFacts } from './facts/audit-facts.ts';
import type { AuditPolicy } from './policy/audit-policy.ts';
import { buildReleaseModel, type RepositoryPolicies } from './release/release-model.ts';
import type { AuditReport } from './report/audit-report.ts';

/**
 * The audit of a release: a pure function of facts and policy. The same facts in any order give the same report, and its
 * canonical JSON the same bytes. Every commit of the ranges is in it once; what could not be seen stands in `gaps`.
 */
export function auditRelease(
  facts: AuditFacts,
  policy: AuditPolicy,
  repositoryPolicies: RepositoryPolicies = {},
): AuditReport {
  return buildReport(buildReleaseModel(facts, policy, repositoryPolicies), repositoryPolicies);
}
