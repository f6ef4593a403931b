import { formatReply, type Reply } from '../../../shared/domain/review/format-reply.ts';
import type { Outcome, RunResult } from '../../../shared/domain/runs/outcome.ts';
import { answerInThread } from '../../../shared/services/notifications/write-notes.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { Thread } from './find-thread.ts';

/**
 * Answers in the thread, or beside it where it takes no answer, with the marker by which the answer is found again. The
 * last step of every reply.
 */
export async function postReply(
  { gitlab, mergeRequest, scope, context, thread }: MergeRequestRun & { thread: Thread },
  reply: Reply,
  result: Partial<RunResult> = {},
): Promise<Outcome> {
  const { note, discussion } = thread;
  const body = formatReply(reply, { scope, noteId: note.id, runId: context.run.runId });
  await answerInThread(discussion.id, body, mergeRequest, gitlab);
  await context.stage('reported', { reply: reply.kind });
  const about = { mergeRequestIid: mergeRequest.iid, mergeRequestUrl: mergeRequest.webUrl };
  return { kind: 'done', result: { what: reply.kind, ...about, ...result } };
}
