import { LRUCache } from 'lru-cache';

import type { Repository } from './git.ts';

const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Lists of the largest repositories take some ten megabytes each. */
const MOST_ANSWERS = 6;

const known = new WeakMap<Repository, LRUCache<string, object>>();

/** Whether a name is the full id of a commit or a tree, which stands for the same for ever. */
export function isCommitId(name: string): boolean {
  return COMMIT_ID.test(name);
}

/**
 * What git says of commits named by their full ids is read once for each clone, however many steps of a run ask: it
 * cannot change. With any other name, as `HEAD`, and after a failure it is read again. Callers share the answer, so it
 * is not to be changed.
 */
export async function rememberByCommit<T extends object>(
  repository: Repository,
  question: string,
  commits: readonly string[],
  read: () => Promise<T>,
): Promise<T> {
  if (!commits.every(isCommitId)) return read();
  const answers = known.get(repository) ?? new LRUCache({ max: MOST_ANSWERS });
  known.set(repository, answers);
  const key = [question, ...commits].join(' ');
  const remembered = answers.get(key) as T | undefined;
  if (remembered) return remembered;
  const answer = await read();
  answers.set(key, answer);
  return answer;
}
