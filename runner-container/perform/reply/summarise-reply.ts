import type { ReplyResult } from '../../../shared/domain/prompts/reply-result.ts';

/** What the commit that answers a thread is about: what the agent calls it, or how its answer begins. */
export function summariseReply({ commitSubject, text }: Pick<ReplyResult, 'commitSubject' | 'text'>): string {
  return commitSubject || (text.trim().split('\n', 1)[0] ?? '');
}
