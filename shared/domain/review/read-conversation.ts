import { stripMarker } from '../../kernel/text/marker.ts';
import type { Discussion, Note } from '../ports/gitlab.ts';
import { isBotUser } from './is-bot-user.ts';
import { CREDENTIAL_PURPOSE, ownMarker } from './read-threads.ts';

/** What people and other programs say on a merge request. */
export interface Conversation {
  /** The thread with the newest note first. */
  threads: ConversationThread[];
  /** Notes that only members may see; a review is for everyone who sees the merge request, so it does not know them. */
  internalNotes: number;
}

export interface ConversationThread {
  discussionId: string;
  /** Empty for a thread about the merge request as a whole. */
  path: string;
  line?: number;
  /** `comment` for a plain note, which cannot be resolved. */
  state: 'open' | 'resolved' | 'comment';
  /** Oldest first. */
  notes: ConversationNote[];
}

export interface ConversationNote {
  id: number;
  /** `program` is one that writes with the agent's account, such as an earlier reviewer: its notes have no marker. */
  author: 'agent' | 'program' | { kind: 'person' | 'bot'; id: number };
  /** Without the marker. */
  text: string;
}

interface Accounts {
  ownUserId: number;
  botAuthors: readonly string[];
}

/**
 * The threads in which another than the agent has spoken, its own findings with their replies included. What the agent
 * alone wrote (findings without an answer, summaries) is no conversation, and neither is what GitLab wrote.
 * `botAuthors` are globs of usernames that are bots as well.
 */
export function readConversation(
  discussions: readonly Discussion[],
  ownUserId: number,
  botAuthors: readonly string[],
): Conversation {
  const spoken = discussions.map(({ id, notes }) => ({ id, notes: notes.filter(({ system }) => !system) }));
  const threads = spoken.flatMap(({ id, notes }) => readThread(id, notes, { ownUserId, botAuthors }) ?? []);
  return {
    threads: threads.toSorted((left, right) => right.newest - left.newest).map(({ thread }) => thread),
    internalNotes: spoken.flatMap(({ notes }) => notes).filter(({ internal }) => internal).length,
  };
}

function readThread(
  discussionId: string,
  spoken: readonly Note[],
  accounts: Accounts,
): { newest: number; thread: ConversationThread } | undefined {
  const purposeOf = (note: Note) => ownMarker(note, accounts.ownUserId)?.purpose;
  const notes = spoken.filter((note) => !note.internal && purposeOf(note) !== CREDENTIAL_PURPOSE);
  const [first] = notes;
  if (!first || notes.every((note) => purposeOf(note) !== undefined)) return undefined;
  const line = first.position?.newLine ?? first.position?.oldLine;
  const thread: ConversationThread = {
    discussionId,
    path: first.position?.newPath || first.position?.oldPath || '',
    ...(line === undefined ? {} : { line }),
    state: !first.resolvable ? 'comment' : first.resolved ? 'resolved' : 'open',
    notes: notes.map((note) => ({ id: note.id, author: authorOf(note, accounts), text: stripMarker(note.body) })),
  };
  // Ids grow with time and, unlike times, are never equal.
  return { newest: Math.max(...notes.map(({ id }) => id)), thread };
}

function authorOf(note: Note, { ownUserId, botAuthors }: Accounts): ConversationNote['author'] {
  const { author } = note;
  if (author.id !== ownUserId) return { kind: isBotUser(author, botAuthors) ? 'bot' : 'person', id: author.id };
  return ownMarker(note, ownUserId) ? 'agent' : 'program';
}
