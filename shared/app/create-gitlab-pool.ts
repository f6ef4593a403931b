import type { GitLabDeps } from '../adapters/gitlab/create-gitlab.ts';
import type { GitLab } from '../domain/ports/gitlab.ts';
import type { Secret } from '../kernel/secret.ts';
import type { CredentialRegistry } from '../services/credentials/credential-registry.ts';
import { withRereadOn401 } from '../services/credentials/reread-on-401.ts';

export interface GitLabPoolDeps extends Omit<GitLabDeps, 'token'> {
  credentials: Pick<CredentialRegistry, 'get' | 'reread'>;
}

/**
 * One GitLab client per credential, made when it is first needed. When GitLab refuses a token the Key Vault is read again, so that
 * a rotated token works without a restart.
 */
export function createGitLabPool({ credentials, ...deps }: GitLabPoolDeps): (credentialRef: string) => Promise<GitLab> {
  const pool = new Map<string, GitLab>();
  return async (credentialRef) => {
    const ref = credentialRef.toLowerCase();
    // An unknown ref fails here, before anything is built on it.
    await credentials.get(ref);
    const known = pool.get(ref) ?? createRereadingGitLab(ref, credentials, deps);
    pool.set(ref, known);
    return known;
  };
}

function createRereadingGitLab(
  ref: string,
  credentials: GitLabPoolDeps['credentials'],
  deps: Omit<GitLabDeps, 'token'>,
): GitLab {
  let current: { token: Secret; client: GitLab } | undefined;
  const clientFor = async (token: Secret): Promise<GitLab> => {
    if (current?.token.matches(token.reveal())) return current.client;
    // Loaded with the first call: most invocations of a function never talk to GitLab.
    const { createGitLab } = await import('../adapters/gitlab/create-gitlab.ts');
    if (!current?.token.matches(token.reveal())) current = { token, client: createGitLab({ ...deps, token }) };
    return current.client;
  };
  // Every method of the port is an async function of its arguments, which is all this relies on.
  return new Proxy({} as GitLab, {
    get: (_, method) =>
      typeof method === 'string' && method !== 'then'
        ? (...args: unknown[]) =>
            withRereadOn401(credentials, ref, async (token) => {
              const client = await clientFor(token);
              const call: unknown = Reflect.get(client, method);
              if (typeof call !== 'function') throw new TypeError(`GitLab has no method ${method}`);
              return call.apply(client, args);
            })
        : undefined,
  });
}
