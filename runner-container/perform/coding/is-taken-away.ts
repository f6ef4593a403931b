import type { Issue, Jira, JiraUser } from '../../../shared/domain/ports/jira.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { causeOf } from '../../../shared/domain/runs/task-cause.ts';

/**
 * Whether a person moved an issue after the comment that asks for work on it: what was said last counts, and where it
 * was put is where it stays. A comment that came after the move asks for work wherever the issue stands. Our own moves
 * say nothing, because an earlier run may end after the comment, and those of an automation rule may be its answer to
 * the comment.
 * @throws {TaskError} `jira-*`.
 */
export async function isTakenAway(
  issue: Pick<Issue, 'changes'>,
  task: CodingTask,
  jira: Pick<Jira, 'listComments' | 'getMyself'>,
  signal: AbortSignal,
): Promise<boolean> {
  const move = issue.changes?.find(({ field }) => field === 'status');
  if (move?.at === undefined || !isPerson(move.by)) return false;
  const [self, comments] = await Promise.all([jira.getMyself(signal), jira.listComments(task.issueKey, signal)]);
  const cause = causeOf(task);
  const asked = comments.find(({ id }) => cause.kind === 'issue-comment' && id === cause.commentId);
  return asked !== undefined && move.by.accountId !== self.accountId && move.at > asked.createdAt;
}

function isPerson(user: JiraUser | undefined): user is JiraUser {
  return user !== undefined && (user.accountType === undefined || user.accountType === 'atlassian');
}
