import type { NoteEvent } from '../../../shared/adapters/gitlab/events.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Discussion, GitLab, GitLabUser } from '../../../shared/domain/ports/gitlab.ts';
import {
  DEFAULT_REPLY_CAPS,
  findNoteGuard,
  isAddressed,
  planReply,
  type ReplyPlan,
  type ReplySkipReason,
} from '../../../shared/domain/tasks/plan-reply.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { toNote, toNotedMergeRequest } from './event-to-domain.ts';

export type NotePlan =
  | Extract<ReplyPlan, { action: 'enqueue' }>
  | { action: 'skip'; reason: ReplySkipReason | 'note-gone' };

export interface NoteEventDeps {
  gitlab: Pick<GitLab, 'findDiscussion' | 'listDiscussions' | 'getMergeRequest'>;
  self: GitLabUser;
  now: number;
  traceparent: string | undefined;
}

/**
 * Plans the answer to a delivered note. A command or a mention is decided from the delivery alone. Only what may be an
 * answer in one of our threads needs the thread: asking for it is one request, while letting the note through would be
 * a whole run for every comment people write to each other.
 */
export async function planNoteEvent(event: NoteEvent, binding: Binding, deps: NoteEventDeps): Promise<NotePlan> {
  const { gitlab, self, now, traceparent } = deps;
  const note = toNote(event, now);
  const mergeRequest = toNotedMergeRequest(event);
  const reason = findNoteGuard(note, self, mergeRequest, { botAuthors: binding.review.bots.authors });
  if (reason) return { action: 'skip', reason };

  const thread = await findThread(event, { isRead: !isAddressed(note, self), gitlab });
  if (!thread) return { action: 'skip', reason: 'note-gone' };
  const context = { caps: DEFAULT_REPLY_CAPS, ...(traceparent ? { traceparent } : {}) };
  const plan = planReply(note, thread, { identity: self, mergeRequest, binding }, context);
  if (plan.action === 'skip' || plan.task.kind !== 'review' || plan.task.headSha !== '') return plan;
  const { headSha } = await gitlab.getMergeRequest(event.projectId, event.mergeRequestIid);
  return { ...plan, task: { ...plan.task, headSha } };
}

interface Thread {
  discussionId: string;
  /** Absent: not asked for, or GitLab did not answer; then the runner decides. */
  discussion: Discussion | undefined;
}

/** `undefined`: the note is gone. A thread that the event names is asked for only when it is to be read. */
async function findThread(
  { projectId, mergeRequestIid, discussionId, noteId }: NoteEvent,
  { isRead, gitlab }: { isRead: boolean; gitlab: NoteEventDeps['gitlab'] },
): Promise<Thread | undefined> {
  if (!discussionId) {
    const discussions = await gitlab.listDiscussions(projectId, mergeRequestIid);
    const discussion = discussions.find(({ notes }) => notes.some(({ id }) => id === noteId));
    return discussion && { discussionId: discussion.id, discussion };
  }
  if (!isRead) return { discussionId, discussion: undefined };
  try {
    const discussion = await gitlab.findDiscussion(projectId, mergeRequestIid, discussionId);
    return discussion && { discussionId, discussion };
  } catch (error) {
    if (error instanceof TaskError) return { discussionId, discussion: undefined };
    throw error;
  }
}
