import { isKnown } from '../facts/known.ts';
import type { Person } from '../facts/person.ts';

/**
 * Usernames GitLab gives to project and group access tokens and to service accounts;
 * https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects.
 */
const BOT_NAME = /^(?:(?:project|group)_\d+_bot(?:_|$)|service_account_)|\[bot\]$/i;

/** Whether an account is no human being: GitLab says so, its name says so, or it is one of `bots` (usernames). */
export function isBot(person: Person, bots: readonly string[]): boolean {
  if (person.bot === true) return true;
  if (!isKnown(person.username)) return false;
  const { username } = person;
  return BOT_NAME.test(username) || bots.some((bot) => bot.toLowerCase() === username.toLowerCase());
}
