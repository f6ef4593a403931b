import { isUnresolvedReference } from '../../shared/adapters/key-vault/key-vault-reference.ts';
import type { RequiredCredential } from '../../shared/domain/mapping/required-credentials.ts';
import type { CliIO } from '../io/io.ts';
import { ONLY_IN_AZURE } from './read-tool-settings.ts';

/**
 * Says which needed credentials an environment does not hold. Names of aliases are compared without regard to case;
 * values are never shown.
 */
export function checkEnvironment(
  credentials: readonly RequiredCredential[],
  { env, environment }: Pick<CliIO, 'env' | 'environment'>,
): string[] {
  return credentials.flatMap(({ ref, environmentName, usedBy, place }) => {
    // No environment holds what stands in a Key Vault by its name.
    if (place === 'keyvault') return [];
    const isIt = (name: string) => (place ? name : name.toUpperCase()) === environmentName;
    const names = Object.keys(env).filter((name) => isIt(name) && env[name]?.trim());
    const need = `credential ${ref}, used by ${usedBy.join(', ')}`;
    if (names.length === 0) return [`${environmentName} is not set (${need})`];
    if (names.length > 1) return [`${names.join(' and ')} are the same credential; keep one (${need})`];
    const [name = ''] = names;
    const isReadWhenNeeded = environment?.references.has(name);
    if (!isReadWhenNeeded && isUnresolvedReference(env[name] ?? ''))
      return [`${environmentName} ${ONLY_IN_AZURE} (${need})`];
    return [];
  });
}
