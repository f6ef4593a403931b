import type { Binding } from './binding.ts';
import { DEFAULT_CREDENTIAL_REF, toEnvironmentName, toKeyVaultName } from './credential-names.ts';

/** A credential some bindings need, with the two names it can be found under. */
export interface RequiredCredential {
  ref: string;
  environmentName: string;
  keyVaultName: string;
  /** Jira project keys, in the order of the mapping. */
  usedBy: string[];
}

/** The credentials a mapping needs: `default` first, the others by name. */
export function requiredCredentials(bindings: readonly Binding[]): RequiredCredential[] {
  const usedBy = new Map<string, string[]>();
  for (const { credentialRef, jiraProject } of bindings) {
    const users = usedBy.get(credentialRef);
    if (users) users.push(jiraProject);
    else usedBy.set(credentialRef, [jiraProject]);
  }
  return [...usedBy]
    .map(([ref, users]) => ({
      ref,
      environmentName: toEnvironmentName(ref),
      keyVaultName: toKeyVaultName(ref),
      usedBy: users,
    }))
    .sort((one, other) => rank(one.ref) - rank(other.ref) || (one.ref < other.ref ? -1 : 1));
}

function rank(ref: string): number {
  return ref === DEFAULT_CREDENTIAL_REF ? 0 : 1;
}
