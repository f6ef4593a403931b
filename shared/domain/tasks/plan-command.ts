import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import type { Command } from '../review/parse-command.ts';
import type { ReplyTask, ReviewTask } from '../runs/task.ts';
import { buildReplyTask } from './build-task.ts';
import { planReview } from './plan-review.ts';

export { type Command, mentions, parseCommand } from '../review/parse-command.ts';

export interface CommandSource {
  discussionId: string;
  noteId: number;
  traceparent?: string;
}

/**
 * The task a command becomes. `review` and `full review` are review tasks that run once per note, also at a head that was
 * reviewed before; everything else is answered in the thread by a reply task, whose runner reads the command again.
 */
export function planCommand(
  command: Command,
  source: CommandSource,
  mergeRequest: MergeRequest,
  binding: Binding,
): ReviewTask | ReplyTask {
  const trace = source.traceparent ? { traceparent: source.traceparent } : {};
  if (command.kind === 'review' || command.kind === 'full-review') {
    const depth = command.kind === 'full-review' ? 'full' : 'incremental';
    const plan = planReview(mergeRequest, 'asked', binding, { noteId: source.noteId, depth, ...trace });
    if (plan.action === 'enqueue') return plan.task;
  }
  return buildReplyTask({
    credentialRef: binding.credentialRef,
    projectId: mergeRequest.projectId,
    mergeRequestIid: mergeRequest.iid,
    discussionId: source.discussionId,
    noteId: source.noteId,
    ...trace,
  });
}
