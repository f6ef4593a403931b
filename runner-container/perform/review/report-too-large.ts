import { isRefusedByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import { formatTooLarge } from '../../../shared/domain/review/format-too-large.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { upsertReportNote } from '../../../shared/services/notifications/report-note.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

export interface TooLargeReview extends Pick<MergeRequestInput, 'gitlab' | 'mergeRequest' | 'scope'> {
  /** The note of the person who asked, who is answered in its thread. */
  requestNote: number | undefined;
  deps: { log: Log };
}

/**
 * Says on the merge request, in one note that later heads edit, that it is too large for a review; nothing for another
 * outcome. Where GitLab takes no note, that stands in the log.
 * @throws {TaskError} `gitlab-*` of what may pass by itself
 */
export async function reportTooLarge(
  outcome: Outcome,
  { gitlab, mergeRequest, scope, requestNote, deps }: TooLargeReview,
): Promise<void> {
  if (requestNote !== undefined || outcome.kind !== 'superseded' || outcome.reason !== 'too-large') return;
  const { projectId, iid, headSha } = mergeRequest;
  const note = { projectId, iid, marker: { purpose: 'too-large', scope }, text: formatTooLarge(headSha) };
  const write = async () => void (await upsertReportNote(note, { gitlab }));
  await tolerate(write, { log: deps.log, event: 'size not reported', isTolerable: isRefusedByGitLab });
}
