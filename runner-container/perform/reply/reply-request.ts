import type { ReplyTask } from '../../../shared/domain/runs/task.ts';
import type { WaitingNote } from '../limits/waiting-note.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { Thread } from './find-thread.ts';

/** A run that answers a note, carried through `reply/`. */
export type ReplyRequest = MergeRequestRun<ReplyTask> & {
  thread: Thread;
  /** Says on the merge request that the session has to wait. */
  waiting: WaitingNote;
};
