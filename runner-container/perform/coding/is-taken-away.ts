import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Issue, Jira, JiraUser } from '../../../shared/domain/ports/jira.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { causeOf } from '../../../shared/domain/runs/task-cause.ts';
import { findAllowingNote } from '../refused/allowing-note.ts';

export interface AskedDeps {
  jira: Pick<Jira, 'listComments' | 'getMyself'>;
  gitlabFor: (credentialRef: string) => Promise<Pick<GitLab, 'getCurrentUser' | 'listNotes'>>;
  /** Of the ticket as it is routed now. */
  binding: Pick<Binding, 'credentialRef' | 'review'>;
}

/**
 * Whether a person moved an issue after the comment or note that asks for work on it: what was said last counts, and
 * where it was put is where it stays. A comment that came after the move asks for work wherever the issue stands. Our
 * own moves say nothing, because an earlier run may end after the comment, and those of an automation rule may be its
 * answer to the comment.
 * @throws {TaskError} `jira-*`, `gitlab-*`.
 */
export async function isTakenAway(
  issue: Pick<Issue, 'changes'>,
  task: CodingTask,
  deps: AskedDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const move = issue.changes?.find(({ field }) => field === 'status');
  if (move?.at === undefined || !isPerson(move.by)) return false;
  const [self, askedAt] = await Promise.all([deps.jira.getMyself(signal), findAskedAt(task, deps, signal)]);
  return askedAt !== undefined && move.by.accountId !== self.accountId && move.at > askedAt;
}

/** When the comment or the note was written; `undefined` where it is gone, or something else asked. */
async function findAskedAt(task: CodingTask, deps: AskedDeps, signal: AbortSignal): Promise<number | undefined> {
  const cause = causeOf(task);
  if (cause.kind === 'issue-comment') {
    const comments = await deps.jira.listComments(task.issueKey, signal);
    return comments.find(({ id }) => id === cause.commentId)?.createdAt;
  }
  if (cause.kind !== 'allow-note') return undefined;
  const { credentialRef, review } = deps.binding;
  const gitlab = await deps.gitlabFor(credentialRef);
  return (await findAllowingNote(cause, { gitlab, botAuthors: review.bots.authors }))?.note.createdAt;
}

function isPerson(user: JiraUser | undefined): user is JiraUser {
  return user !== undefined && (user.accountType === undefined || user.accountType === 'atlassian');
}
