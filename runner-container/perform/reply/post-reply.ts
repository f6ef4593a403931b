import { formatReply, type Reply } from '../../../shared/domain/review/format-reply.ts';
import type { Outcome, RunResult } from '../../../shared/domain/runs/outcome.ts';
import type { MergeRequestOrder } from '../run/merge-request-order.ts';
import type { RunContext } from '../run/run-context.ts';
import type { Thread } from './find-thread.ts';

/** Answers in the thread, with the marker by which the answer is found again. The last step of every reply. */
export async function postReply(
  reply: Reply,
  { note, discussion }: Thread,
  { gitlab, mergeRequest, scope }: MergeRequestOrder,
  context: RunContext,
  result: Partial<RunResult> = {},
): Promise<Outcome> {
  const body = formatReply(reply, { scope, noteId: note.id, runId: context.run.runId });
  await gitlab.replyToDiscussion(mergeRequest.projectId, mergeRequest.iid, discussion.id, body);
  await context.stage('reported', { reply: reply.kind });
  const about = { mergeRequestIid: mergeRequest.iid, mergeRequestUrl: mergeRequest.webUrl };
  return { kind: 'done', result: { what: reply.kind, ...about, ...result } };
}
