import type { GitLab } from '../gitlab/gitlab.ts';
import { upsertReportNote } from '../gitlab/report-note.ts';
import type { Jira } from '../jira/jira.ts';
import { formatFailure } from '../reporting/format-run-report.ts';
import type { Run } from '../tasks/run.ts';
import type { ReplyTask, ReviewTask } from '../tasks/task.ts';
import { reportOnIssue } from './report-on-issue.ts';

export interface TellerDeps {
  /** Absent where Jira is not configured. */
  jira?: Pick<Jira, 'getMyself' | 'listComments' | 'addComment' | 'updateComment'>;
  gitlabFor: (
    credentialRef: string,
  ) => Promise<Pick<GitLab, 'getCurrentUser' | 'listNotes' | 'createNote' | 'updateNote'>>;
  agentId: string;
}

/**
 * Tells the person who waits how a run failed: on the ticket for coding, on the merge request for reviews and replies. It edits the
 * run's own message, so nobody reads two endings. Runs that ended well have told it themselves.
 */
export function createTeller(deps: TellerDeps): (run: Run) => Promise<void> {
  return async (run) => {
    if (run.state !== 'failed') return;
    const { task } = run;
    switch (task.kind) {
      case 'coding':
        return tellIssue(task.issueKey, run, deps);
      case 'review':
      case 'reply':
        return tellMergeRequest(task, run, deps);
      case 'echo':
        return;
    }
  };
}

async function tellIssue(issueKey: string, run: Run, { jira, agentId }: TellerDeps): Promise<void> {
  if (!jira) return;
  await reportOnIssue({ issueKey, runId: run.runId, markdown: describe(run) }, { jira, agentId });
}

async function tellMergeRequest(task: ReviewTask | ReplyTask, run: Run, { gitlabFor }: TellerDeps): Promise<void> {
  const gitlab = await gitlabFor(task.credentialRef);
  const { projectId, mergeRequestIid: iid, scope } = task;
  const marker = { purpose: 'failure', scope, run: run.runId };
  await upsertReportNote({ projectId, iid, marker, text: `${describe(run)}\n\nRun \`${run.runId}\`` }, { gitlab });
}

function describe({ code = 'unexpected', detail }: Run): string {
  return formatFailure({ code, ...(detail === undefined ? {} : { detail }) });
}
