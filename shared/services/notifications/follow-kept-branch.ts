import type { GitLab } from '../../domain/ports/gitlab.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { KeptBranchEntry } from '../../domain/runs/outbox-entry.ts';
import { HOUR } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';

export interface FollowKeptBranchDeps {
  jira: Pick<Jira, 'findIssue'>;
  gitlabFor: (credentialRef: string) => Promise<Pick<GitLab, 'findBranch' | 'deleteBranch'>>;
  log: Log;
}

/** A branch that waits for people costs one request to Jira in this time. */
const LOOK_AGAIN_MS = 6 * HOUR;

/**
 * Takes the branch of refused work away once its ticket has ended, or is gone. One that has a commit by now that no run
 * has put there is the work of people, and stays. Safe to repeat.
 * @throws {TaskError} `jira-*`, `gitlab-*`
 */
export async function followKeptBranch(
  { issueKey, projectId, credentialRef, branch, sha, earlier = [] }: KeptBranchEntry,
  { jira, gitlabFor, log }: FollowKeptBranchDeps,
): Promise<'delete' | { laterMs: number }> {
  const issue = await jira.findIssue(issueKey);
  if (issue && issue.status.category !== 'done') return { laterMs: LOOK_AGAIN_MS };
  const gitlab = await gitlabFor(credentialRef);
  const found = await gitlab.findBranch(projectId, branch);
  const isOurs = found !== undefined && [sha, ...earlier].includes(found.sha);
  if (isOurs) await gitlab.deleteBranch(projectId, branch);
  else if (found) log.info('branch of refused work left to people', { projectId, branch });
  return 'delete';
}
