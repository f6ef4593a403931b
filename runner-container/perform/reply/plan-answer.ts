import { hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import { type Command, parseCommand } from '../../../shared/domain/review/parse-command.ts';
import { countActions, findAnswerTo } from '../../../shared/domain/review/read-notes.ts';
import type { ReviewTask } from '../../../shared/domain/runs/task.ts';
import { DEFAULT_REPLY_CAPS, planReply } from '../../../shared/domain/tasks/plan-reply.ts';
import { readAllowInNote } from '../refused/allowing-note.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';
import type { Thread } from './find-thread.ts';

export type AnswerPlan =
  /** An earlier attempt has answered. */
  | { kind: 'answered' }
  | { kind: 'skip'; reason: string }
  /** One sentence that needs no session. */
  | { kind: 'fixed-reply'; what: 'closed' | 'cap-reached' }
  | { kind: 'review'; task: ReviewTask }
  | { kind: 'command'; command: Exclude<Command['kind'], 'instruct' | 'rebase' | 'review' | 'full-review'> }
  | { kind: 'rebase' }
  /** Paths that are to pass; where that is not what it is about, an instruction. */
  | { kind: 'allow'; paths: string[]; instruction: string }
  /** Needs a session. `isCommand`: addressed to the agent, not only written in its thread. */
  | { kind: 'session'; instruction?: string; isCommand: boolean };

/** What becomes of a note, planned again with everything read: the event knew less, and time has passed. */
export function planAnswer(
  { note, discussion, discussions }: Thread,
  { self, binding, mergeRequest }: Pick<MergeRequestInput, 'self' | 'binding' | 'mergeRequest'>,
  now: number,
): AnswerPlan {
  const notes = discussions.flatMap((each) => each.notes);
  if (findAnswerTo(note.id, notes, self.id)) return { kind: 'answered' };

  const thread = { discussionId: discussion.id, discussion };
  const counts = countActions(discussions, { discussionId: discussion.id, ownUserId: self.id, now });
  const caps = DEFAULT_REPLY_CAPS;
  const { projectId, iid, headSha } = mergeRequest;
  // Without its state, because a person who asks too late gets an answer.
  const place = { identity: self, mergeRequest: { projectId, iid, headSha }, binding };
  const plan = planReply(note, thread, place, { caps, counts });
  if (plan.action === 'skip') {
    return plan.reason === 'cap-reached' && plan.notify
      ? { kind: 'fixed-reply', what: 'cap-reached' }
      : { kind: 'skip', reason: plan.reason };
  }
  if (mergeRequest.state !== 'opened') return { kind: 'fixed-reply', what: 'closed' };
  if (plan.task.kind === 'review') return { kind: 'review', task: plan.task };

  const command = parseCommand(note.body, self.username);
  const paths = readAllowInNote(note.body, self.username);
  if (paths && command?.kind === 'instruct') return { kind: 'allow', paths, instruction: command.instruction };
  if (!command || command.kind === 'review' || command.kind === 'full-review')
    return { kind: 'session', isCommand: false };
  // Without a Jira project it is refused without a session.
  if (command.kind === 'rebase' && (binding.mergeTarget === 'on' || !hasJiraProject(binding)))
    return { kind: 'rebase' };
  if (command.kind === 'instruct' || command.kind === 'rebase')
    return { kind: 'session', instruction: command.instruction, isCommand: true };
  return { kind: 'command', command: command.kind };
}
