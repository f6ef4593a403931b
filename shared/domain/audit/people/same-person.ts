import { isKnown, NOT_KNOWN } from '../facts/known.ts';
import type { Person, Signature } from '../facts/person.ts';

/**
 * Whether two accounts or signatures are one person. Two known usernames or account ids decide alone; then a common
 * address; and where the addresses of one are not known, an equal name. When in doubt it is the same person: an
 * approval that is not independent must not pass for one because a service hides addresses.
 */
export function samePerson(a: Person, b: Person): boolean {
  if (isKnown(a.username) && isKnown(b.username)) return fold(a.username) === fold(b.username);
  if (isKnown(a.accountId) && isKnown(b.accountId)) return a.accountId === b.accountId;
  if (isKnown(a.emails) && isKnown(b.emails)) {
    const others = new Set(b.emails.map(fold));
    if (a.emails.some((email) => others.has(fold(email)))) return true;
    if (a.emails.length > 0 && b.emails.length > 0) return false;
  }
  return isKnown(a.name) && isKnown(b.name) && fold(a.name) === fold(b.name);
}

/** The person behind a commit. GitLab's private addresses (`12-ann@users.noreply.…`) carry the username. */
export function personOf(signature: Signature): Person {
  const username = /^(?:\d+-)?([\w.-]+)@users\.noreply\./.exec(signature.email)?.[1];
  return {
    username: username ?? NOT_KNOWN,
    name: signature.name,
    emails: [signature.email],
    accountId: NOT_KNOWN,
    bot: NOT_KNOWN,
  };
}

/** What to call a person in a report. */
export function nameOf(person: Person): string {
  if (isKnown(person.username)) return person.username;
  if (isKnown(person.name)) return person.name;
  if (isKnown(person.accountId)) return person.accountId;
  return NOT_KNOWN;
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}
