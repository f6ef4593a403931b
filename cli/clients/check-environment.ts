import type { RequiredCredential } from '../../shared/domain/mapping/required-credentials.ts';

/**
 * Says which needed credentials an environment does not hold. Names are compared without regard to case; values are
 * never shown.
 */
export function checkEnvironment(
  credentials: readonly RequiredCredential[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  return credentials.flatMap(({ ref, environmentName, usedBy }) => {
    const names = Object.keys(env).filter((name) => name.toUpperCase() === environmentName && env[name]?.trim());
    const need = `credential ${ref}, used by ${usedBy.join(', ')}`;
    if (names.length === 0) return [`${environmentName} is not set (${need})`];
    if (names.length > 1) return [`${names.join(' and ')} are the same credential; keep one (${need})`];
    // App Service leaves the reference itself in place when it cannot resolve it.
    if (names.some((name) => env[name]?.trim().startsWith('@Microsoft.KeyVault('))) {
      return [`${environmentName} holds a Key Vault reference that was not resolved (${need})`];
    }
    return [];
  });
}
