import {
  formatNoLongerQueued,
  formatQueued,
  type QueuedWait,
} from '../../../shared/domain/messages/format-ticket-note.ts';
import type { Note } from '../../../shared/domain/ports/gitlab.ts';
import { isRefusedByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import { ownMarker } from '../../../shared/domain/review/read-threads.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { upsertReportNote } from '../../../shared/services/notifications/report-note.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** The one note that says when the agent goes on with a merge request. */
export interface WaitingNote {
  /** Writes it, the same however often the run is put off. */
  notify(wait: QueuedWait): Promise<void>;
  /** Edits it when it still says that this run waits; costs nothing otherwise. */
  retract(): Promise<void>;
}

/** @param notes what stands on the merge request, so that looking for the note costs no call. */
export function createWaitingNote(
  { gitlab, mergeRequest, self, scope }: Pick<MergeRequestInput, 'gitlab' | 'mergeRequest' | 'self' | 'scope'>,
  notes: readonly Note[],
  { runId }: Pick<Run, 'runId'>,
): WaitingNote {
  const { projectId, iid } = mergeRequest;
  const marker = { purpose: 'waiting', scope, run: runId };
  const over = appendMarker(formatNoLongerQueued(), marker);
  let standing = notes.find((note) => {
    const found = ownMarker(note, self.id);
    return found?.purpose === marker.purpose && found.scope === scope && found.run === runId && note.body !== over;
  });
  return {
    async notify(wait) {
      await upsertReportNote({ projectId, iid, marker, text: formatQueued(wait) }, { gitlab });
    },
    async retract() {
      if (!standing) return;
      await upsertReportNote({ projectId, iid, marker, text: formatNoLongerQueued() }, { gitlab });
      standing = undefined;
    },
  };
}

const LEFT = 'waiting note left';

/** Does the work of a run. Unless it is put off again, the note no longer says that it waits, also when it fails. */
export async function endWaiting(
  waiting: WaitingNote,
  { log }: { log: Log },
  signal: AbortSignal,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    const outcome = await work();
    // Work that is done is done, also where GitLab takes no word about the waiting.
    if (outcome.kind !== 'wait')
      await tolerate(() => waiting.retract(), { log, event: LEFT, isTolerable: isRefusedByGitLab });
    return outcome;
  } catch (error) {
    // How the work failed is what counts, also when GitLab does not answer now.
    if (!signal.aborted) await waiting.retract().catch((cause: unknown) => log.warn(LEFT, { error: cause }));
    throw error;
  }
}
