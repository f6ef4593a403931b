import type { Discussion, GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Finding } from '../../../shared/domain/review/finding.ts';
import { fingerprintFinding } from '../../../shared/domain/review/fingerprint-finding.ts';
import { formatSummaryNote, type SummaryNote } from '../../../shared/domain/review/format-summary-note.ts';
import type { FileDiff } from '../../../shared/domain/review/parse-diff.ts';
import type { NotesPlan } from '../../../shared/domain/review/plan-notes.ts';
import { findSummaryNote } from '../../../shared/domain/review/read-notes.ts';
import { readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { FileLeftOut } from '../../../shared/domain/review/select-files.ts';
import { editNote } from '../../../shared/services/notifications/write-notes.ts';
import type { AppliedNotes } from './apply-notes.ts';

export interface SummaryInput
  extends Pick<SummaryNote, 'summary' | 'parts' | 'range' | 'headSha' | 'scope' | 'criteria' | 'incomplete'> {
  plan: NotesPlan;
  applied: AppliedNotes;
  files: readonly FileDiff[];
  /** As they were before this attempt posted. */
  discussions: readonly Discussion[];
  ownUserId: number;
  leftOut: readonly FileLeftOut[];
  unreadable: number;
  statusRefused: boolean;
}

/** What the summary says, findings of an earlier attempt at the same head included. */
export function buildSummary(input: SummaryInput): SummaryNote {
  const { plan, applied } = input;
  const earlier = findPostedEarlier(input);
  const elsewhere = applied.posted.flatMap(({ finding, where }) => (where === 'inline' ? [] : [{ finding, where }]));
  const overflow = plan.overflow.map(({ finding }) => ({ finding, where: 'summary' as const }));
  return {
    summary: input.summary,
    ...(input.parts ? { parts: input.parts } : {}),
    ...(input.criteria ? { criteria: input.criteria } : {}),
    range: input.range,
    headSha: input.headSha,
    scope: input.scope,
    posted: [...earlier, ...applied.posted.map(({ finding }) => finding)],
    notInline: [...elsewhere, ...overflow],
    noticed: plan.noticed,
    leftOut: input.leftOut,
    unreadable: input.unreadable,
    ...(input.incomplete ? { incomplete: true } : {}),
    statusRefused: input.statusRefused,
    resolved: applied.resolved,
    partly: applied.partly,
    reopened: applied.reopened,
    notRepeated: plan.skip.length - earlier.length,
  };
}

/**
 * Writes the one summary note of a merge request, in place when there is one; where GitLab does not let us edit it,
 * another one follows it. It names the reviewed head, so it comes
 * last: as long as it does not, the next attempt posts what is missing.
 */
export async function writeSummary(
  summary: SummaryNote,
  { projectId, iid, ownUserId }: { projectId: number; iid: number; ownUserId: number },
  gitlab: Pick<GitLab, 'listNotes' | 'createNote' | 'updateNote'>,
): Promise<void> {
  const body = formatSummaryNote(summary);
  const existing = findSummaryNote(await gitlab.listNotes(projectId, iid), ownUserId);
  if (existing?.note.body === body) return;
  if (existing && (await editNote(existing.note.id, body, { projectId, iid }, gitlab))) return;
  await gitlab.createNote(projectId, iid, body);
}

/** An attempt that died has posted these already; the review that was finished at this head has listed them. */
function findPostedEarlier({ plan, files, discussions, ownUserId, headSha }: SummaryInput): Finding[] {
  const notes = discussions.flatMap((discussion) => discussion.notes);
  if (findSummaryNote(notes, ownUserId)?.sha === headSha) return [];
  const atThisHead = new Set(
    readThreads(discussions, ownUserId).flatMap((thread) =>
      thread.headSha === headSha ? [thread.identity.fingerprint.split('~')[0]] : [],
    ),
  );
  return plan.skip.flatMap(({ finding, reason }) =>
    reason === 'already-posted' && atThisHead.has(fingerprintFinding(finding, files).fingerprint) ? [finding] : [],
  );
}
