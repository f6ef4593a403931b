import { createReleaseReport } from './build/create-release-report.ts';
import type { AuditFacts } from './facts/audit-facts.ts';
import type { AuditPolicy } from './policy/audit-policy.ts';
import { judgeRepository } from './release/judge-repository.ts';
import { uniqueById } from './release/normalize-facts.ts';
import { createReleaseFrame, type RepositoryPolicies } from './release/release-frame.ts';
import type { AuditReport } from './report/audit-report.ts';

/**
 * The audit of a release: a pure function of facts and policy. The same facts in any order give the same report, and
 * its canonical JSON the same bytes. Every commit of the ranges is in it once; what could not be seen stands in `gaps`.
 */
export function auditRelease(
  facts: AuditFacts,
  policy: AuditPolicy,
  repositoryPolicies: RepositoryPolicies = {},
): AuditReport {
  const frame = createReleaseFrame(facts, policy, repositoryPolicies);
  const report = createReleaseReport(frame);
  for (const repository of uniqueById(facts.repositories, (one) => one.repository)) {
    report.add(judgeRepository(repository, frame));
  }
  return report.finish(facts);
}
