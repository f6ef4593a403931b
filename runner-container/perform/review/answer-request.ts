import { formatReply } from '../../../shared/domain/review/format-reply.ts';
import type { SummaryNote } from '../../../shared/domain/review/format-summary-note.ts';
import { findAnswerTo } from '../../../shared/domain/review/read-notes.ts';
import { isMissed } from '../../../shared/domain/review/select-files.ts';
import { answerInThread } from '../../../shared/services/notifications/write-notes.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** Answers the person who asked for a review, once, in the thread of the request. Nothing when the note is gone. */
export async function answerRequest(
  text: string,
  { noteId, runId }: { noteId: number; runId: string },
  { gitlab, mergeRequest, self, scope }: Pick<MergeRequestInput, 'gitlab' | 'mergeRequest' | 'self' | 'scope'>,
): Promise<void> {
  const { projectId, iid } = mergeRequest;
  const discussions = await gitlab.listDiscussions(projectId, iid);
  const discussion = discussions.find(({ notes }) => notes.some(({ id }) => id === noteId));
  // Of the whole merge request: an answer that its thread did not take stands beside it.
  const notes = discussions.flatMap((each) => each.notes);
  if (!discussion || findAnswerTo(noteId, notes, self.id)) return;
  const body = formatReply({ kind: 'answer', text }, { scope, noteId, runId });
  await answerInThread(discussion.id, body, { projectId, iid }, gitlab);
}

export function describeReview({ posted, notInline, headSha, leftOut = [] }: SummaryNote): string {
  const onlySummary = notInline.filter(({ where }) => where === 'summary').length;
  const count = posted.length + onlySummary;
  const found = count === 0 ? 'nothing new was found' : count === 1 ? '1 new finding' : `${count} new findings`;
  const missed = leftOut.filter(isMissed).length;
  const cutOff = missed === 0 ? '' : ` ${missed === 1 ? '1 file was' : `${missed} files were`} not looked at.`;
  return `Reviewed at ${headSha.slice(0, 8)}: ${found}.${cutOff} The summary note has the rest.`;
}

export function describeNothingNew(headSha: string): string {
  return `Nothing is new since the review at ${headSha.slice(0, 8)}. \`/copilot full review\` looks at everything again.`;
}

export const TOO_LARGE =
  'This change is too large to be reviewed with care, so it was not. Split it into smaller merge requests.';
