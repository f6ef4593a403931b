import type { Discussion, GitLabUser } from '../ports/gitlab.ts';
import { isBotUser } from './is-bot-user.ts';
import { isOpenThread } from './is-open-thread.ts';

/** What a person asks for in a merge request. */
export interface ChangeRequest {
  user: GitLabUser;
  byReview: boolean;
  /** Open ones that they have begun. */
  threads: number;
}

/**
 * The people who ask for changes: by a review of theirs, or in open threads they have begun. Internal ones are for
 * members only, and neither bots, those of `botAuthors` among them, nor the agent itself ask here. `askedAt`: when the
 * last of the open threads got a word of a person, in milliseconds; absent where there is none.
 */
export function listChangeRequests(
  reviewers: readonly GitLabUser[],
  discussions: readonly Discussion[],
  { selfId, botAuthors }: { selfId: number; botAuthors: readonly string[] },
): { requests: ChangeRequest[]; askedAt?: number } {
  const isPerson = (user: GitLabUser) => user.id !== selfId && !isBotUser(user, botAuthors);
  const open = discussions.flatMap(({ notes }) => {
    const said = notes.filter(({ system, internal }) => !system && !internal);
    const [first] = said;
    return first && isPerson(first.author) && isOpenThread(said) ? [{ user: first.author, said }] : [];
  });
  const byId = new Map<number, ChangeRequest>();
  const requestOf = (user: GitLabUser) => {
    const known = byId.get(user.id) ?? { user, byReview: false, threads: 0 };
    byId.set(user.id, known);
    return known;
  };
  for (const user of reviewers.filter(isPerson)) requestOf(user).byReview = true;
  for (const { user } of open) requestOf(user).threads += 1;
  const times = open.flatMap(({ said }) => said.filter(({ author }) => isPerson(author)).map((note) => note.createdAt));
  return { requests: [...byId.values()], ...(times.length > 0 ? { askedAt: Math.max(...times) } : {}) };
}
