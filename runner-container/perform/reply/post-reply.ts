import { formatReply, type Reply } from '../../../shared/domain/review/format-reply.ts';
import type { Outcome, RunResult } from '../../../shared/domain/runs/outcome.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { Thread } from './find-thread.ts';

/** Answers in the thread, with the marker by which the answer is found again. The last step of every reply. */
export async function postReply(
  { gitlab, mergeRequest, scope, context, thread }: MergeRequestRun & { thread: Thread },
  reply: Reply,
  result: Partial<RunResult> = {},
): Promise<Outcome> {
  const { note, discussion } = thread;
  const body = formatReply(reply, { scope, noteId: note.id, runId: context.run.runId });
  await gitlab.replyToDiscussion(mergeRequest.projectId, mergeRequest.iid, discussion.id, body);
  await context.stage('reported', { reply: reply.kind });
  const about = { mergeRequestIid: mergeRequest.iid, mergeRequestUrl: mergeRequest.webUrl };
  return { kind: 'done', result: { what: reply.kind, ...about, ...result } };
}
