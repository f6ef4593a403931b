import type { Binding } from '../../domain/mapping/binding.ts';
import { formatBackPorts } from '../../domain/messages/format-back-ports.ts';
import type { MergeRequest } from '../../domain/ports/gitlab.ts';
import type { Issue, Jira } from '../../domain/ports/jira.ts';
import type { Run } from '../../domain/runs/run.ts';
import { type BackPortResolverDeps, createBackPortResolver } from './create-back-port-resolver.ts';
import { type BackPortGitLab, openBackPorts } from './open-back-ports.ts';
import { type Report, upsertReportComment } from './report-comment.ts';

export interface TakeToVersionsDeps extends BackPortResolverDeps {
  jira: Pick<Jira, 'getIssue' | 'getMyself' | 'listComments' | 'addComment' | 'updateComment'>;
  gitlab: BackPortGitLab;
  agentId: string;
}

export interface ChangeToTake {
  mergeRequest: MergeRequest;
  /** The run that opened it. */
  opener: Run | undefined;
  issue: Issue;
  /** As the branch of the merge request names it. */
  issueKey: string;
  binding: Binding;
}

/**
 * Opens the back-ports of a change that was merged and says on the ticket what became of each. The versions of another
 * project, to which the ticket was moved, are not those of the binding. `under-way`: the agent resolves conflicts, and
 * the comment says so; call it again when it has ended. `off`: the binding takes nothing over, so nothing was looked
 * at.
 * @throws {TaskError} `gitlab-*`, `jira-*`, `storage-*`
 */
export async function takeToVersions(
  change: ChangeToTake,
  deps: TakeToVersionsDeps,
): Promise<'done' | 'under-way' | 'off'> {
  const { jira, gitlab, agentId } = deps;
  const { mergeRequest, opener, issue, issueKey, binding } = change;
  const { backPorts: wanted } = binding;
  if (wanted === undefined || issue.key !== issueKey) return 'off';
  const { details = { fixVersions: [] } } = await jira.getIssue(issueKey, undefined, { fields: [] });
  const { backPorts, left } = await openBackPorts(
    { mergeRequest, issue: { ...issue, details }, binding: { ...binding, backPorts: wanted } },
    gitlab,
    // Also where the map has turned it off since: what a run has begun is its own.
    createBackPortResolver({ mergeRequest, binding }, deps),
  );
  if (backPorts.length === 0) return 'done';
  const markdown = formatBackPorts({ iid: mergeRequest.iid, url: mergeRequest.webUrl }, backPorts, left);
  const ending = nameEnding(mergeRequest, opener);
  await upsertReportComment(jira, { issueKey, purpose: 'back-ports', onePer: 'run', ...ending, agentId, markdown });
  return backPorts.some(({ what }) => what === 'resolving') ? 'under-way' : 'done';
}

/**
 * What comments about the end of a merge request are known by: the run that opened it, which people can look up. An
 * earlier version has named them by a key of its own.
 */
export function nameEnding(
  { projectId, iid }: Pick<MergeRequest, 'projectId' | 'iid'>,
  opener: Run | undefined,
): Pick<Report, 'runId' | 'formerRunId'> {
  return { runId: opener?.runId ?? `merge-request-${iid}-of-${projectId}`, formerRunId: `mr~${projectId}~${iid}` };
}
