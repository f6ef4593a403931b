import type { Binding } from '../domain/mapping/binding.ts';
import { checkCredentials } from '../services/credentials/check-credentials.ts';
import type { CredentialRegistry } from '../services/credentials/credential-registry.ts';
import type { CredentialProblem } from '../services/projects/map-source.ts';

/**
 * Every credential the bindings name that cannot be read now. The Key Vault is asked again, even where it answered
 * before.
 */
export async function findCredentialProblems(
  bindings: readonly Binding[],
  credentials: Pick<CredentialRegistry, 'get' | 'reread'>,
): Promise<CredentialProblem[]> {
  const refs = new Set(bindings.map(({ credentialRef }) => credentialRef));
  // What a failed look-up means is seen by the check: the value is no longer given out, or the vault is only away.
  await Promise.allSettled([...refs].map((ref) => credentials.reread(ref)));
  const checks = await checkCredentials(bindings, credentials);
  return checks.flatMap(({ credentialRef, problem, usedBy, isUnknown = false }) => {
    if (problem === undefined) return [];
    const where = usedBy.map((key) => `mappings.${key}`).join(', ');
    return [{ credentialRef, where, message: isUnknown ? `${problem} ${HOW_TO_ADD}` : problem, isUnknown }];
  });
}

const HOW_TO_ADD = 'A new environment setting is seen after a restart, a new Key Vault secret at once.';
