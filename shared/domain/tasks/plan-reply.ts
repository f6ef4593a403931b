import { parseMarker } from '../../kernel/text/marker.ts';
import type { Binding } from '../mapping/binding.ts';
import type { Discussion, GitLabUser, MergeRequest, Note } from '../ports/gitlab.ts';
import { isBotUser } from '../review/is-bot-user.ts';
import { mentions, parseCommand } from '../review/parse-command.ts';
import { CREDENTIAL_PURPOSE, ownMarker } from '../review/read-threads.ts';
import type { ReplyTask, ReviewTask } from '../runs/task.ts';
import { planCommand } from './plan-command.ts';
import { skip } from './skip.ts';
import { toRequester } from './to-requester.ts';

/** Why a note gets no answer. Dashboards count these words: add freely, rename never. */
export type ReplySkipReason =
  | 'unbound-project'
  | 'identity-unknown'
  | 'system-note'
  | 'internal-note'
  | 'own-note'
  | 'marker'
  | 'other-bot'
  | 'closed'
  | 'old'
  | 'resolved-thread'
  | 'not-addressed'
  | 'shadow'
  | 'cap-reached';

export type ReplyPlan =
  | { action: 'enqueue'; task: ReplyTask | ReviewTask }
  | { action: 'skip'; reason: Exclude<ReplySkipReason, 'cap-reached'> }
  /** `notify` asks for the one sentence that says so, which the run of `task` writes; false when it was said. */
  | { action: 'skip'; reason: 'cap-reached'; notify: boolean; task: ReplyTask | ReviewTask };

/** What planning needs to know of a merge request. */
export interface NotedMergeRequest extends Pick<MergeRequest, 'projectId' | 'iid' | 'headSha'> {
  /** Absent: the note is planned in every state of the merge request. */
  state?: MergeRequest['state'];
}

export interface ReplyContext {
  /** Notes created before this moment (ms) are history; absent means no limit. */
  watermark?: number;
  /** From `countActions`; absent where it is not known yet, and then the runner asks again. */
  counts?: { inThread: number; inLastHour: number; notifiedInThread: boolean };
  caps: { perThread: number; perHour: number };
  /** Globs of usernames that the binding calls bots. */
  botAuthors?: readonly string[];
  traceparent?: string;
}

/** Where a note stands, and for whom the agent works there. */
export interface ReplyPlace {
  /** The agent's own user; unknown means no answer, because a loop could not be noticed. */
  identity: Pick<GitLabUser, 'id' | 'username'> | undefined;
  mergeRequest: NotedMergeRequest;
  /** Absent: the project is not in the map. */
  binding: Binding | undefined;
}

/** Answers of one merge request beyond which a person should look. */
export const DEFAULT_REPLY_CAPS = { perThread: 10, perHour: 20 } as const;

/**
 * Decides whether a note gets an answer: it commands the agent, names it, or stands in a thread the agent takes part
 * in.
 *
 * The guards against loops come first and are independent of each other: own user id, hidden marker, other bots, and a
 * cap. A webhook knows the thread's id without its notes; given such a thread as `undefined` the note is let through,
 * and the runner plans again with everything read.
 */
export function planReply(
  note: Note,
  thread: { discussionId: string; discussion: Discussion | undefined },
  { identity, mergeRequest, binding }: ReplyPlace,
  context: ReplyContext,
): ReplyPlan {
  if (!binding) return skip('unbound-project');
  if (!identity) return skip('identity-unknown');
  const { authors: botAuthors } = binding.review.bots;
  const reason = findNoteGuard(note, identity, mergeRequest, { ...context, botAuthors });
  if (reason) return skip(reason);

  const { discussion, discussionId } = thread;
  if (!isAddressed(note, identity)) {
    if (discussion && isResolved(discussion)) return skip('resolved-thread');
    if (discussion && !takesPart(discussion, identity.id)) return skip('not-addressed');
  }
  const source = {
    discussionId,
    noteId: note.id,
    requestedBy: toRequester(note.author),
    traceparent: context.traceparent,
  };
  const task = planCommand(parseCommand(note.body, identity.username), source, mergeRequest, binding);
  if (binding.mode !== 'live' && task.kind === 'reply') return skip('shadow');
  const { counts, caps } = context;
  return counts && (counts.inThread >= caps.perThread || counts.inLastHour >= caps.perHour)
    ? { action: 'skip', reason: 'cap-reached', notify: !counts.notifiedInThread, task }
    : { action: 'enqueue', task };
}

/** Why a note gets no answer, independent of its thread. The first four are the guards against loops. */
export function findNoteGuard(
  note: Note,
  identity: Pick<GitLabUser, 'id'>,
  { state }: Pick<NotedMergeRequest, 'state'>,
  { watermark = 0, botAuthors = [] }: Pick<ReplyContext, 'watermark' | 'botAuthors'>,
): Exclude<ReplySkipReason, 'cap-reached'> | undefined {
  if (note.system) return 'system-note';
  // The answer could say what only members may read, in a change or in a note that everyone sees.
  if (note.internal) return 'internal-note';
  if (note.author.id === identity.id) return 'own-note';
  if (parseMarker(note.body)) return 'marker';
  if (isBotUser(note.author, botAuthors)) return 'other-bot';
  if (state !== undefined && state !== 'opened') return 'closed';
  return note.createdAt < watermark ? 'old' : undefined;
}

/** Whether a note speaks to the agent wherever it stands: by a command or by its name. */
export function isAddressed({ body }: Pick<Note, 'body'>, { username }: Pick<GitLabUser, 'username'>): boolean {
  return parseCommand(body, username) !== undefined || mentions(body, username);
}

function isResolved({ notes }: Discussion): boolean {
  const resolvable = notes.filter((note) => note.resolvable && !note.system);
  return resolvable.length > 0 && resolvable.every((note) => note.resolved);
}

/**
 * A plain note is not a thread: several may share one place without talking to each other. A warning of a credential
 * is no word in the conversation: what people answer each other there is not for the agent.
 */
function takesPart({ individualNote, notes }: Discussion, ownUserId: number): boolean {
  const isWord = (note: Note) =>
    note.author.id === ownUserId && !note.system && ownMarker(note, ownUserId)?.purpose !== CREDENTIAL_PURPOSE;
  return !individualNote && notes.some(isWord);
}
