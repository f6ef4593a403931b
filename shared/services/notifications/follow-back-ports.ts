import type { BackPortsBegunEntry } from '../../domain/runs/outbox-entry.ts';
import { findTicketOfBranch } from '../../domain/tasks/find-ticket-of-branch.ts';
import { type EndMergeRequestDeps, findOpener, listBindings } from './end-merge-request.ts';
import { takeToVersions } from './take-to-versions.ts';

/**
 * Says on the ticket what became of back-ports whose conflicts the agent resolves, once it has ended with all of them.
 * Only what `endMergeRequest` has looked at gets here. Safe to repeat.
 * @throws {TaskError} `binding-quarantined`, `gitlab-*`, `jira-*`, `storage-*`
 */
export async function followBackPorts(
  { projectId, iid }: BackPortsBegunEntry,
  deps: EndMergeRequestDeps,
): Promise<'done' | 'reschedule'> {
  const bindings = await listBindings(projectId, deps);
  const [first] = bindings;
  if (!first) return 'done';
  const gitlab = await deps.gitlabFor(first.credentialRef);
  const mergeRequest = await gitlab.findMergeRequest(projectId, iid);
  const ticket = mergeRequest && findTicketOfBranch(mergeRequest.sourceBranch, bindings);
  const issue = ticket && (await deps.jira.findIssue(ticket.issueKey));
  if (!mergeRequest || !ticket || !issue) return 'done';
  const opener = await findOpener({ mergeRequest, issueKey: ticket.issueKey, bindings }, deps);
  const change = { mergeRequest, opener, issue, ...ticket };
  return (await takeToVersions(change, { ...deps, gitlab })) === 'under-way' ? 'reschedule' : 'done';
}
