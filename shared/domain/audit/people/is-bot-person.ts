import { isBotName } from '../../accounts/bot-name.ts';
import { isKnown } from '../facts/known.ts';
import type { Person } from '../facts/person.ts';

/**
 * Whether an account is no human being: GitLab says so, its name says so, or it is one of `bots` (usernames). An audit
 * takes no other name for a bot, Renovate's neither: the policy says who is one.
 */
export function isBotPerson(person: Person, bots: readonly string[]): boolean {
  if (person.bot === true) return true;
  if (!isKnown(person.username)) return false;
  const { username } = person;
  return isBotName(username) || bots.some((bot) => bot.toLowerCase() === username.toLowerCase());
}
