import type { UpdateTask } from '../../../shared/domain/runs/task.ts';
import type { WaitingNote } from '../limits/waiting-note.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';

/** A run about a failed pipeline of a merge request, carried through `update/`. */
export type PipelineRun = MergeRequestRun<UpdateTask> & { waiting: WaitingNote };
