import type { Users } from '@gitbeaker/rest';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import { ActiveUsersResponse, PublicEmailsResponse, parseResponse } from './api-schemas.ts';

type FindUser = GitLab['findUserByUsername'];

/** Finds users by name and asks once for each; who is not there is asked for again, because the account may come. */
export function createUserFinder(users: Pick<Users, 'all'>): FindUser {
  const asked = new Map<string, ReturnType<FindUser>>();

  return async (username) => {
    const key = username.toLowerCase(); // GitLab's usernames differ by more than case.
    const answer = asked.get(key) ?? ask(key);
    asked.set(key, answer);
    let found: Awaited<typeof answer>;
    try {
      found = await answer;
      return found;
    } finally {
      if (!found) asked.delete(key);
    }
  };

  async function ask(username: string): ReturnType<FindUser> {
    const body = await users.all({ username });
    const listed = parseResponse(ActiveUsersResponse, body, 'users');
    return listed.find((user) => user.username.toLowerCase() === username);
  }
}

/** The one active user of this public e-mail address in an answer of `GET /users`, which searches in names as well. */
export function findByEmail(email: string, body: unknown): Awaited<ReturnType<FindUser>> {
  const wanted = email.toLowerCase();
  const shown = parseResponse(PublicEmailsResponse, body, 'users');
  const ids = new Set(shown.filter(({ public_email }) => public_email?.toLowerCase() === wanted).map(({ id }) => id));
  return parseResponse(ActiveUsersResponse, body, 'users').find(({ id }) => ids.has(id));
}
