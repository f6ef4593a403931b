import type { CodingTask, EchoTask, ReplyTask, ReviewTask, UpdateTask } from '../../shared/domain/runs/task.ts';
import {
  buildEchoTask,
  buildReplyTask,
  buildReviewTask,
  buildTargetMergeTask,
} from '../../shared/domain/tasks/build-task.ts';

let echoes = 0;

/** Ordinary unless said otherwise; every call is a task of its own. */
export function anEchoTask(overrides: Partial<EchoTask> = {}): EchoTask {
  echoes += 1;
  return { ...buildEchoTask({ name: `hello-${echoes}`, text: 'hello' }), ...overrides };
}

export function aCodingTask(overrides: Partial<CodingTask> = {}): CodingTask {
  const issueKey = overrides.issueKey ?? 'PROJ-12';
  return {
    version: 1,
    kind: 'coding',
    id: `coding~${issueKey}~10233`,
    scope: `issue~${issueKey}`,
    credentialRef: 'default',
    jiraProject: 'PROJ',
    issueKey,
    ...overrides,
  };
}

export function aReviewTask(overrides: Partial<ReviewTask> = {}): ReviewTask {
  return { ...buildReviewTask({ projectId: 7, mergeRequestIid: 3, headSha: 'abc123' }), ...overrides };
}

export function aReplyTask(overrides: Partial<ReplyTask> = {}): ReplyTask {
  return { ...buildReplyTask({ projectId: 7, mergeRequestIid: 3, discussionId: 'd1', noteId: 99 }), ...overrides };
}

export function anUpdateTask(overrides: Partial<UpdateTask> = {}): UpdateTask {
  const heads = { headSha: 'abc123', targetSha: 'def456' };
  return { ...buildTargetMergeTask({ projectId: 7, mergeRequestIid: 3, ...heads }), ...overrides };
}
