import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { ReplyPromptInput } from '../../../shared/domain/prompts/reply-prompt.ts';
import { maskBranches } from '../run/mask-branches.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import type { Thread } from './find-thread.ts';
import { selectNotes } from './select-notes.ts';

export interface AskedReply {
  run: Pick<MergeRequestRun, 'mergeRequest' | 'self'> & {
    binding: Pick<Binding, 'paths'>;
    deps: Pick<RunnerDeps, 'maskWritten'>;
  };
  thread: Thread;
  tree: { headSha: string };
  instruction?: string;
}

/** What the session on a note is told, without a credential in it. */
export function toPromptInput({ run, thread, tree, instruction }: AskedReply, diffFile: string): ReplyPromptInput {
  return {
    mergeRequest: maskBranches(run.mergeRequest, run.deps.maskWritten),
    ...selectNotes(thread),
    noteId: thread.note.id,
    ownUserId: run.self.id,
    headSha: tree.headSha,
    diffFile,
    ...(run.binding.paths === undefined ? {} : { paths: run.binding.paths }),
    ...(instruction === undefined ? {} : { instruction }),
  };
}
