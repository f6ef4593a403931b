import * as z from 'zod';

import { lazily } from '../../kernel/lazily.ts';

/**
 * The event behind a task: a change of a ticket, a comment on it, a head of a merge request, a note in it, a note on
 * the merge request of a ticket that lets refused files pass, a commit of its target branch that it conflicts with, a
 * pipeline of it that failed or passed, a release branch that its merged change conflicts with, or what the agent's
 * own review has found in it.
 */
export const TaskCause = lazily(() => {
  const [id, text] = [z.int(), z.string().max(200)];
  return z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('issue-change'), revision: text }),
    z.object({ kind: z.literal('issue-comment'), commentId: text }),
    z.object({ kind: z.literal('head') }),
    z.object({ kind: z.literal('note'), noteId: id }),
    z.object({ kind: z.literal('allow-note'), projectId: id, mergeRequestIid: id, noteId: id }),
    z.object({ kind: z.literal('target'), targetSha: z.string().max(100) }),
    z.object({ kind: z.literal('pipeline'), pipelineId: id }),
    z.object({ kind: z.literal('green'), pipelineId: id }),
    z.object({ kind: z.literal('back-port'), branch: z.string().max(300) }),
    z.object({ kind: z.literal('findings') }),
  ]);
});
export type TaskCause = z.infer<ReturnType<typeof TaskCause>>;

/** An account as the service names it: a Jira account id, or a GitLab user id. */
export const Requester = lazily(() => {
  const text = z.string().max(200);
  return z.object({
    service: z.enum(['jira', 'gitlab']),
    id: text,
    name: text,
    /** Where it is no person, such as a rule of Jira's automation: whose ticket it is, where that is known. */
    app: z.object({ for: z.object({ id: text, name: text }).optional() }).optional(),
  });
});
export type Requester = z.infer<ReturnType<typeof Requester>>;

/** What `causeOf` looks at. */
interface CausedTask {
  id: string;
  cause?: TaskCause | undefined;
}

/**
 * The event behind a coding or review task. Messages and runs written before tasks had a `cause` say it in their id
 * only: `coding~PROJ-12~10233`, `coding~PROJ-12~c77`, `review~7~3~abc123`, `review~7~3~note~55`.
 */
export function causeOf({ id, cause }: CausedTask): TaskCause {
  return cause ?? readFromId(id);
}

function readFromId(id: string): TaskCause {
  const [kind, , subject = '', word, request] = id.split('~');
  if (kind === 'coding') {
    return /^c\d+$/.test(subject)
      ? { kind: 'issue-comment', commentId: subject.slice(1) }
      : { kind: 'issue-change', revision: subject };
  }
  const noteId = word === 'note' ? Number(request) : Number.NaN;
  return Number.isSafeInteger(noteId) && noteId > 0 ? { kind: 'note', noteId } : { kind: 'head' };
}
