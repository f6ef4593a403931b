import type { AuditPolicyInput } from '../../shared/domain/audit/policy/audit-policy.ts';
import { AuditPolicy } from '../../shared/domain/audit/policy/audit-policy.ts';
import type { AuditPlan } from '../../shared/services/audit/plan/audit-plan.ts';
import { VERSION } from './fill-jira.ts';
import { API } from './play-api.ts';
import { RELEASE_BRANCH, WEB } from './play-web.ts';
import { WORKER } from './play-worker.ts';

/** What the release is judged by: the defaults, and one accepted exception. */
export const RELEASE_POLICY: AuditPolicyInput = {
  waivers: [
    {
      rule: 'pipeline-failed',
      match: 'shop/api!1',
      reason: 'The registry was down; the same commit passed an hour later by hand.',
      by: 'carol',
      until: '2026-12-31',
    },
  ],
};

/** The audit of the release that `startRelease` has played. */
export function createReleasePlan(overrides: Partial<AuditPlan> = {}): AuditPlan {
  const repository = (path: string, to = 'main') => ({
    repository: path,
    credentialRef: 'default',
    to,
    from: 'v2.3.0',
    paths: [],
  });
  return {
    fixVersion: VERSION,
    projects: ['SHOP'],
    mappedProjects: ['PAY', 'SHOP'],
    repositories: [repository(WORKER), repository(API), repository(WEB, RELEASE_BRANCH)],
    environment: 'production',
    scope: {},
    agentUsername: 'cmap',
    policy: AuditPolicy.parse(RELEASE_POLICY),
    deep: false,
    ...overrides,
  };
}
