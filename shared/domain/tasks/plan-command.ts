import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import type { Command } from '../review/parse-command.ts';
import type { ReplyTask, ReviewTask } from '../runs/task.ts';
import type { Requester } from '../runs/task-cause.ts';
import { buildReplyTask, buildReviewTask } from './build-task.ts';

export interface CommandSource {
  discussionId: string;
  noteId: number;
  requestedBy?: Requester | undefined;
  traceparent?: string | undefined;
}

/**
 * The task a note becomes; `undefined` is a note without a command. `review` and `full review` are review tasks that
 * run once per note, also at a head that was reviewed before; everything else is answered in the thread by a reply
 * task, whose runner reads the note again.
 */
export function planCommand(
  command: Command | undefined,
  { discussionId, noteId, requestedBy, traceparent }: CommandSource,
  { projectId, iid: mergeRequestIid, headSha }: Pick<MergeRequest, 'projectId' | 'iid' | 'headSha'>,
  { credentialRef, image }: Pick<Binding, 'credentialRef' | 'image'>,
): ReviewTask | ReplyTask {
  const about = { credentialRef, image, projectId, mergeRequestIid, requestedBy, traceparent };
  switch (command?.kind) {
    case 'review':
      return buildReviewTask({ ...about, headSha, request: noteId, depth: 'incremental' });
    case 'full-review':
      return buildReviewTask({ ...about, headSha, request: noteId, depth: 'full' });
    default:
      return buildReplyTask({ ...about, discussionId, noteId });
  }
}
