import type { ReplyResult } from '../../../shared/domain/prompts/reply-result.ts';
import type { Reply } from '../../../shared/domain/review/format-reply.ts';
import { readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { Obstacle } from './find-obstacle.ts';
import type { ReplyRequest } from './reply-request.ts';

interface SpokenTo {
  thread: Pick<ReplyRequest['thread'], 'discussion'>;
  self: Pick<ReplyRequest['self'], 'id'>;
  mergeRequest: Pick<ReplyRequest['mergeRequest'], 'sourceBranch'>;
  obstacle: Obstacle | undefined;
}

/**
 * The answer of a session that changed nothing. An accepted no dismisses a finding for good, so the agent's word does
 * it only for a person who may command it.
 */
export function toReply(
  { kind, text }: { kind: Exclude<ReplyResult['kind'], 'changed'>; text: string },
  { thread, self, mergeRequest, obstacle }: SpokenTo,
): Reply {
  if (kind !== 'accepted-no' || obstacle !== 'no-permission') return { kind, text };
  const isFinding = readThreads([thread.discussion], self.id).length > 0;
  return isFinding ? { kind: 'not-dismissed', text, branch: mergeRequest.sourceBranch } : { kind: 'answer', text };
}
