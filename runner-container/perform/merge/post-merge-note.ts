import { formatTargetMerge, type TargetMergeNote } from '../../../shared/domain/messages/format-target-merge.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { mergeRequestScope } from '../../../shared/domain/tasks/build-task.ts';
import { type ReportNoteDeps, upsertReportNote } from '../../../shared/services/notifications/report-note.ts';

/**
 * Says on a merge request what became of a merge, in one note of the run: an edit of an older one would notify no
 * person. Safe to repeat.
 * @throws {TaskError} `gitlab-*`
 */
export async function postMergeNote(
  { projectId, iid }: { projectId: number; iid: number },
  note: TargetMergeNote,
  { runId }: Pick<Run, 'runId'>,
  gitlab: ReportNoteDeps['gitlab'],
): Promise<void> {
  const scope = mergeRequestScope(projectId, iid);
  const marker = { purpose: 'target-merge', scope: `${scope}~${runId}`, run: runId };
  await upsertReportNote({ projectId, iid, marker, text: formatTargetMerge(note) }, { gitlab });
}
