import { toAlias } from '../domain/mapping/credential-names.ts';
import type { GitLab } from '../domain/ports/gitlab.ts';
import type { KnownAccounts } from '../domain/ports/known-accounts.ts';
import { rememberAccount } from '../services/credentials/remember-account.ts';
import { createRereadingGitLab, type RereadingGitLabDeps } from './create-rereading-gitlab.ts';

export interface GitLabPoolDeps extends RereadingGitLabDeps {
  /** Absent: each process asks GitLab itself who its credentials are. */
  accounts?: KnownAccounts | undefined;
}

/**
 * One GitLab client per credential, made when it is first needed. When GitLab refuses a token the Key Vault is read
 * again, so that a rotated token works without a restart.
 */
export function createGitLabPool(deps: GitLabPoolDeps): (credentialRef: string) => Promise<GitLab> {
  const pool = new Map<string, GitLab>();
  return async (credentialRef) => {
    const ref = toAlias(credentialRef);
    // An unknown ref fails here, before anything is built on it.
    await deps.credentials.get(ref);
    const known = pool.get(ref) ?? createClient(ref, deps);
    pool.set(ref, known);
    return known;
  };
}

function createClient(ref: string, { accounts, ...deps }: GitLabPoolDeps): GitLab {
  const client = createRereadingGitLab(ref, deps);
  return accounts ? rememberAccount(ref, client, { ...deps, accounts }) : client;
}
