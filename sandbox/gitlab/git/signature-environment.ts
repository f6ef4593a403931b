import type { SandboxUser } from '../state/fake-state.ts';

/** What makes a person the committer, and the author where the commit names no other, at this moment. */
export function signatureEnvironment({ name, username }: SandboxUser, at: number): Record<string, string> {
  const date = `${Math.floor(at / 1000)} +0000`;
  const email = `${username}@example.com`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
