import type { SkipLog } from '../../../shared/domain/ports/skip-log.ts';
import { mergeRequestScope } from '../../../shared/domain/tasks/build-task.ts';

/** Reasons that explain nothing: most notes are not for us, and most events change no code. */
const UNRECORDED_SKIPS: ReadonlySet<string> = new Set([
  'unbound-project',
  'no-new-commits',
  'already-reviewed',
  'system-note',
  'own-note',
  'marker',
  'old',
  'not-addressed',
  'note-gone',
]);

/** Records why nothing happened about a merge request, for `cmap explain`. */
export async function recordSkip(
  about: { projectId: number; mergeRequestIid: number },
  reason: string,
  skipLog: Pick<SkipLog, 'record'>,
): Promise<void> {
  if (!UNRECORDED_SKIPS.has(reason))
    await skipLog.record(mergeRequestScope(about.projectId, about.mergeRequestIid), reason);
}
