import { isBotName } from '../accounts/bot-name.ts';
import type { GitLabUser } from '../ports/gitlab.ts';

/** Run as ordinary accounts, under these names by habit. */
const HOSTED_ELSEWHERE = /^(?:renovate|dependabot)(?:[-_]bot)?$/i;

/** Whether an account is a program: by GitLab's own `bot` attribute, else by its name. The agent answers none. */
export function isBotUser({ bot, username }: Pick<GitLabUser, 'bot' | 'username'>): boolean {
  return bot || isBotName(username) || HOSTED_ELSEWHERE.test(username);
}
