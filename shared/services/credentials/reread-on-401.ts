import { TaskError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { CredentialRegistry } from './credential-registry.ts';

/**
 * Calls GitLab with the credential of `ref`. When GitLab refuses it, the Key Vault is read again once, and the call is
 * repeated if there is another value by now: a rotated token works without a restart.
 */
export async function withRereadOn401<T>(
  registry: Pick<CredentialRegistry, 'get' | 'reread'>,
  ref: string,
  call: (secret: Secret) => Promise<T>,
): Promise<T> {
  const used = await registry.get(ref);
  try {
    return await call(used);
  } catch (error) {
    if (!(error instanceof TaskError && error.code === 'gitlab-unauthorized')) throw error;
    await registry.reread(ref);
    // Compared here and not by the answer of `reread`: another call may have fetched the new value a moment ago.
    const fresh = await registry.get(ref);
    if (fresh.matches(used.reveal())) throw error;
    return call(fresh);
  }
}
