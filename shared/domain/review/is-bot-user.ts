import { isBotName } from '../accounts/bot-name.ts';
import type { GitLabUser } from '../ports/gitlab.ts';
import { matchesAny } from './matches-any.ts';

/** Run as ordinary accounts, under these names by habit. */
const HOSTED_ELSEWHERE = /^(?:renovate|dependabot)(?:[-_]bot)?$/i;

/**
 * Whether an account is a program: by GitLab's own `bot` attribute, by its name, or because the binding says so by one
 * of the globs. The agent answers none. A delivery may not know the name of an account.
 */
export function isBotUser(
  { bot, username }: Pick<GitLabUser, 'bot' | 'username'>,
  authors: readonly string[],
): boolean {
  if (bot || isBotName(username) || isDependencyBot({ username })) return true;
  const globs = authors.map((glob) => glob.toLowerCase());
  return username !== '' && globs.length > 0 && matchesAny(username.toLowerCase(), globs);
}

/** Whether an account proposes new versions of dependencies, by its name. */
export function isDependencyBot({ username }: Pick<GitLabUser, 'username'>): boolean {
  return HOSTED_ELSEWHERE.test(username);
}
