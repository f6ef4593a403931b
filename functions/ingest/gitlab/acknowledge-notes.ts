import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { ReplyTask, Task } from '../../../shared/domain/runs/task.ts';
import { type Clock, SECOND } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { waitAtMost } from '../../../shared/kernel/waits.ts';
import type { Admission, AdmitOptions } from '../../../shared/services/runs/admit-task.ts';

type Admit = (task: Task, options?: Pick<AdmitOptions, 'isOver'>) => Promise<Admission>;

export interface AcknowledgeDeps {
  gitlabFor: (credentialRef: string) => Promise<Pick<GitLab, 'addReaction'>>;
  clock: Pick<Clock, 'sleep'>;
  log: Log;
}

/** A delivery is answered within ten seconds or counts as failed; the person reads it later in any case. */
const MAX_WAIT_MS = 1.5 * SECOND;

/**
 * The same `admit`; a note whose answer is admitted gets a reaction, so that its author sees at once that it was read,
 * long before a runner has begun. Once for a note, because a second delivery is a duplicate. Costs no admission: what
 * fails or takes too long is logged and left.
 */
export function acknowledgeNotes(admit: Admit, deps: AcknowledgeDeps): Admit {
  return async (task, options) => {
    const admission = await admit(task, options);
    if (task.kind === 'reply' && admission.kind === 'admitted') await acknowledge(task, deps);
    return admission;
  };
}

async function acknowledge(
  { projectId, mergeRequestIid, noteId, credentialRef }: ReplyTask,
  { gitlabFor, clock, log }: AcknowledgeDeps,
): Promise<void> {
  const react = async () => {
    const gitlab = await gitlabFor(credentialRef);
    await gitlab.addReaction(projectId, mergeRequestIid, noteId, 'eyes');
  };
  try {
    await waitAtMost(MAX_WAIT_MS, react(), clock);
  } catch (error) {
    log.info('note not acknowledged', { projectId, mergeRequestIid, noteId, error });
  }
}
