import { type BackPort, endResolving } from '../../domain/messages/format-back-ports.ts';
import type { BackPortsBegunEntry } from '../../domain/runs/outbox-entry.ts';
import { isFinal } from '../../domain/runs/run.ts';
import { findTicketOfBranch } from '../../domain/tasks/find-ticket-of-branch.ts';
import { type BackPortRun, describeLeftBackPort, listBackPortRuns } from './back-port-runs.ts';
import { type EndMergeRequestDeps, findOpener, listBindings } from './end-merge-request.ts';
import { changeReportComment } from './report-comment.ts';
import { takeToVersions } from './take-to-versions.ts';

/**
 * Says on the ticket what became of back-ports whose conflicts the agent resolves, once it has ended with all of them.
 * Only what `endMergeRequest` has looked at gets here. Where the map has changed so that nothing is taken over any
 * more, the comment still ends with what the runs have left. Safe to repeat.
 * @throws {TaskError} `binding-quarantined`, `gitlab-*`, `jira-*`, `storage-*`
 */
export async function followBackPorts(
  entry: BackPortsBegunEntry,
  deps: EndMergeRequestDeps,
): Promise<'done' | 'reschedule'> {
  const taken = await takeAgain(entry, deps);
  if (taken === 'off') return endComment(entry, deps);
  return taken === 'under-way' ? 'reschedule' : 'done';
}

async function takeAgain(
  { projectId, iid }: BackPortsBegunEntry,
  deps: EndMergeRequestDeps,
): ReturnType<typeof takeToVersions> {
  const bindings = await listBindings(projectId, deps);
  const [first] = bindings;
  if (!first) return 'off';
  const gitlab = await deps.gitlabFor(first.credentialRef);
  const mergeRequest = await gitlab.findMergeRequest(projectId, iid);
  const ticket = mergeRequest && findTicketOfBranch(mergeRequest.sourceBranch, bindings);
  const issue = ticket && (await deps.jira.findIssue(ticket.issueKey));
  if (!mergeRequest || !ticket || !issue) return 'off';
  const opener = await findOpener({ mergeRequest, issueKey: ticket.issueKey, bindings }, deps);
  return takeToVersions({ mergeRequest, opener, issue, ...ticket }, { ...deps, gitlab });
}

const SWITCHED_OFF = 'The project map no longer has the agent take it over, so a person has to do that.';

/** From the records of the runs alone: the map may not say any more how GitLab is asked. */
async function endComment(
  { projectId, iid, comment }: BackPortsBegunEntry,
  deps: EndMergeRequestDeps,
): Promise<'done' | 'reschedule'> {
  const { jira, agentId } = deps;
  const { runs } = await listBackPortRuns({ projectId, iid }, deps);
  if (runs.some(({ state }) => !isFinal(state))) return 'reschedule';
  // A ticket that was deleted has no comment to end.
  if (!comment || !(await jira.findIssue(comment.issueKey))) return 'done';
  const newest = new Map(runs.toReversed().map((run) => [run.branch, run]));
  const endings = [...newest.values()].map(toBackPort);
  const change = (text: string) => endResolving(text, endings, SWITCHED_OFF);
  await changeReportComment(jira, { ...comment, purpose: 'back-ports', onePer: 'run', agentId, change });
  return 'done';
}

function toBackPort(run: BackPortRun): BackPort {
  const { branch, result } = run;
  const { what, mergeRequestIid: iid, mergeRequestUrl: url } = result ?? {};
  const about = { version: branch, branch };
  if (what === 'back-port-opened' && iid !== undefined && url !== undefined)
    return { ...about, what: 'opened', iid, url, state: 'opened' };
  if (what === 'back-port-there-already') return { ...about, what: 'there-already' };
  return { ...about, what: 'unresolved', why: describeLeftBackPort(run), commits: [], isMerge: false };
}
