import type { Binding, BindingMode } from '../../domain/mapping/binding.ts';
import { formatFailure } from '../../domain/messages/format-run-report.ts';
import { formatAskAgain, formatAskAgainThere, placeToAskAgain } from '../../domain/messages/format-ticket-note.ts';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { ReviewStatus } from '../../domain/review/plan-review-status.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { CodingTask, ReplyTask, ReviewTask, UpdateTask } from '../../domain/runs/task.ts';
import { findRequestNote } from '../../domain/tasks/build-task.ts';
import { isTriggered } from '../../domain/tasks/plan-coding.ts';
import { describeError, isErrorCode, isRefusal, type TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { type MarkStoppedDeps, markStopped } from '../issues/mark-stopped.ts';
import { removeIssueMarker } from '../issues/remove-issue-marker.ts';
import { returnToReporter } from '../issues/return-to-reporter.ts';
import { type ReportNoteDeps, upsertReportNote } from './report-note.ts';
import { findAsker, reportOnIssue } from './report-on-issue.ts';
import { endReviewStatus, type StatusGitLab, tolerateRefusal } from './review-status.ts';

export interface NotifierDeps {
  /** Absent where Jira is not configured. */
  jira?: Pick<
    Jira,
    'getMyself' | 'listComments' | 'addComment' | 'updateComment' | 'findIssue' | 'assign' | 'deleteProperty'
  > &
    MarkStoppedDeps['jira'];
  /** The binding of a Jira project as the map is now. */
  bindingFor: (jiraProject: string, route?: string) => Promise<Binding | undefined>;
  /** The one that speaks for a repository's merge requests. */
  bindingOfProject: (projectId: number) => Promise<Binding | undefined>;
  gitlabFor: (
    credentialRef: string,
  ) => Promise<Pick<GitLab, 'getMergeRequest'> & ReportNoteDeps['gitlab'] & StatusGitLab>;
  agentId: string;
  log: Log;
}

/**
 * Notifies the person who waits how a run failed: on the ticket for coding, on the merge request for reviews, replies
 * and updates. It edits the run's own message, so there is one ending to read. Runs that ended well have reported it
 * themselves.
 */
export function createNotifier(deps: NotifierDeps): (run: Run) => Promise<void> {
  return async (run) => {
    if (run.state !== 'failed') return;
    const { task } = run;
    switch (task.kind) {
      case 'coding':
        return notifyIssue(task, run, deps);
      case 'review':
      case 'reply':
      case 'update':
        return notifyMergeRequest(task, run, deps);
      // An audit waits for no ticket and no merge request: `cmap run show` and the log say how it ended.
      case 'audit':
      case 'echo':
        return;
    }
  };
}

/** The ticket goes back to the person who asked, with the step that starts it again. */
async function notifyIssue(task: CodingTask, run: Run, deps: NotifierDeps): Promise<void> {
  const { issueKey, jiraProject, route } = task;
  const { jira, agentId, log } = deps;
  if (!jira) return;
  const [found, binding] = await Promise.all([jira.findIssue(issueKey), deps.bindingFor(jiraProject, route)]);
  const mode = modeOf(run, binding);
  if (mode === 'shadow-board') return;
  if (mode === 'shadow') {
    const markdown = `${describe(run)}\n\n${FAILED_IN_SHADOW}`;
    await reportOnIssue({ issueKey, runId: run.runId, markdown }, { jira, agentId });
    return;
  }
  // Jira answers for its old key as well; in another project it is told why, and nothing of it is changed.
  const issue = found?.key === issueKey ? found : undefined;
  const next =
    issue && binding ? [formatAskAgain(binding.trigger, { standsThere: isTriggered(issue, binding.trigger) })] : [];
  const markdown = [describe(run), ...next].join('\n\n');
  // What the ticket shows besides helps the person who may not be told in words.
  let refusal: TaskError | undefined;
  try {
    await reportOnIssue({ issueKey, runId: run.runId, markdown, mention: findAsker(task) }, { jira, agentId });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    refusal = error;
  }
  if (found) await removeIssueMarker(found, run.runId, { jira, log });
  if (issue && binding) {
    await markStopped({ issueKey, binding }, { jira, log });
    await returnToReporter({ issue, binding, ended: 'stopped' }, { jira, log });
  }
  if (refusal) throw refusal;
}

async function notifyMergeRequest(
  task: ReviewTask | ReplyTask | UpdateTask,
  run: Run,
  deps: NotifierDeps,
): Promise<void> {
  // The ticket says what became of it, by `followBackPorts`; no person waits for it on the merge request.
  if (task.kind === 'update' && task.cause.kind === 'back-port') return;
  if (modeOf(run, await deps.bindingOfProject(task.projectId)) !== 'live') return;
  const gitlab = await deps.gitlabFor(task.credentialRef);
  const { projectId, mergeRequestIid: iid, scope } = task;
  const report = {
    projectId,
    iid,
    // One note per run: of two that failed here, a person waited for each.
    marker: { purpose: 'failure', scope: `${scope}~${run.runId}`, run: run.runId },
    text: [describe(run), formatAskAgainThere(placeToAskAgain(task)), `Run \`${run.runId}\``].join('\n\n'),
    ...(task.kind === 'reply' ? { discussionId: task.discussionId } : {}),
  };
  await upsertReportNote(report, { gitlab });
  if (task.kind === 'review') await endStatus(task, run, deps);
}

/** A runner that died left the status of its review running, and one that is to be tried again left it canceled. */
async function endStatus(task: ReviewTask, { code = '', facts }: Run, deps: NotifierDeps): Promise<void> {
  const binding = await deps.bindingOfProject(task.projectId);
  if (binding?.review.status !== 'on') return;
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  const failed: ReviewStatus = {
    state: 'failed',
    description: `The review failed: ${describeError(isErrorCode(code) ? code : 'unexpected').sentence}`,
  };
  await tolerateRefusal(async () => {
    const mergeRequest = await gitlab.getMergeRequest(task.projectId, task.mergeRequestIid);
    // A person who asked got the newest head; a runner that died has not kept which.
    const asked = findRequestNote(task) !== undefined;
    const begun = facts?.baseSha ?? (asked ? mergeRequest.headSha : task.headSha);
    const heads = new Set([task.headSha, begun]);
    for (const sha of heads)
      await endReviewStatus({ mergeRequest, sha }, failed, gitlab, ['pending', 'running', 'canceled']);
  }, deps.log);
}

/**
 * As the run recorded it. One that recorded none and has done something was live, whatever the map says by now; one
 * that ended before it knew its binding is told of as the map says.
 */
function modeOf({ facts }: Run, binding: Binding | undefined): BindingMode {
  if (facts?.mode) return facts.mode;
  const hasBegun = facts?.baseSha !== undefined || facts?.usage !== undefined;
  return hasBegun ? 'live' : (binding?.mode ?? 'live');
}

const FAILED_IN_SHADOW =
  'This was tried in shadow: nothing was pushed, and this ticket stays where it is. Ask again as before to try it once more.';

function describe({ code = 'unexpected', detail }: Run): string {
  return formatFailure({ code, ...(detail === undefined ? {} : { detail }) });
}
