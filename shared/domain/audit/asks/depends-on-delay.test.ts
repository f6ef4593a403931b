import { expect, it } from 'vitest';
import {
  aChain,
  aCommit,
  aMergeRequest,
  anApproval,
  aRepository,
  at,
  sha,
  someFacts,
} from '../../../../test/builders/audit.ts';
import type { DeploymentFacts } from '../facts/deployment.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { judgeRepository } from '../release/judge-repository.ts';
import { createReleaseFrame } from '../release/release-frame.ts';
import { dependsOnDelay } from './depends-on-delay.ts';

const deployment = (minutes: number): DeploymentFacts => ({
  id: 1,
  environment: 'production',
  sha: sha('a'),
  ref: 'main',
  finishedAt: at(minutes),
  by: anApproval('eve').by,
  approvals: 'not-known',
  url: '',
  source: 'deployments',
});

interface Case {
  name: string;
  /** Minutes; the event of the approval is at 60. */
  lastCommit?: number;
  opened?: number;
  deployed?: number;
  merged?: number;
  listed?: boolean;
  policy?: { after_last_commit: boolean };
  depends: boolean;
}

it.each<Case>([
  { name: 'long after the last commit', lastCommit: 40, depends: false },
  { name: 'a few minutes after the last commit', lastCommit: 50, depends: true },
  {
    name: 'soon after the last commit, which is older than the merge request',
    lastCommit: 50,
    opened: 55,
    depends: false,
  },
  { name: 'soon after the last commit, at a time that is exact', lastCommit: 50, listed: false, depends: false },
  {
    name: 'soon after the last commit, where the age does not matter',
    lastCommit: 50,
    policy: { after_last_commit: false },
    depends: false,
  },
  { name: 'before the last commit, which is no question of minutes', lastCommit: 61, depends: false },
  { name: 'a few minutes after the deployment', deployed: 50, depends: true },
  { name: 'long after the deployment', deployed: 40, depends: false },
  { name: 'before the deployment', deployed: 61, depends: false },
  { name: 'a few minutes after the merge', merged: 50, depends: true },
  { name: 'a few minutes after the merge, at a time that is exact', merged: 50, listed: false, depends: false },
  { name: 'long after the merge', merged: 40, depends: false },
])(
  'an approval $name: $depends',
  ({ lastCommit = 0, opened = 0, deployed, merged = 100, listed = true, policy, depends }) => {
    const approval = { ...anApproval('bob', 60), ...(listed ? { listedIn: 'events' } : {}) };
    const sourceCommits = [aCommit('x', { committedAt: at(lastCommit) })];
    const mergeRequest = aMergeRequest(1, {
      squashCommitSha: sha('a'),
      createdAt: at(opened),
      mergedAt: at(merged),
      approvals: [approval],
      sourceCommits,
    });
    const deployments = deployed === undefined ? [] : [deployment(deployed)];
    const repository = aRepository('a', { commits: aChain('a'), mergeRequests: [mergeRequest], deployments });
    const environment = deployed === undefined ? null : 'production';
    const frame = createReleaseFrame(
      someFacts({ request: { environment } }),
      AuditPolicy.parse({ approvals: policy ?? {} }),
    );
    const [judged] = judgeRepository(repository, frame).changes;
    expect(judged && dependsOnDelay(judged)).toBe(depends);
  },
);
