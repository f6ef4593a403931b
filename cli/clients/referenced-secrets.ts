import type { KeyVaultSecrets } from '../../shared/adapters/key-vault/key-vault-secrets.ts';
import { credentialRule } from '../../shared/app/settings/gitlab-settings.ts';
import type { SettingsRule } from '../../shared/app/settings/read-settings.ts';
import { parseSecretName, type SecretFamily, toKeyVaultName } from '../../shared/domain/mapping/credential-names.ts';
import type { CliIO } from '../io/io.ts';

/** Secrets of aliases that stand in Key Vaults by the named environment. */
export interface ReferencedSecrets {
  /** The settings without them. */
  env: CliIO['env'];
  /** There is a GitLab token, a vault or one of them. */
  rule: SettingsRule;
  /** A Key Vault that has them under the names of their aliases; each is read only when its alias is used. */
  over(vault: KeyVaultSecrets | undefined): KeyVaultSecrets | undefined;
}

/** Takes the references to secrets of these families out of the settings, so that nothing is read before it is used. */
export function takeReferencedSecrets(
  { env, environment }: Pick<CliIO, 'env' | 'environment'>,
  families: readonly SecretFamily[],
): ReferencedSecrets {
  const bySecret = new Map<string, string>();
  for (const name of environment?.references.keys() ?? []) {
    const found = parseSecretName(name);
    if (found && families.includes(found.family)) bySecret.set(toKeyVaultName(found.ref, found.family), name);
  }
  if (!environment || bySecret.size === 0) return { env, rule: credentialRule, over: (vault) => vault };
  const taken = new Set(bySecret.values());
  return {
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !taken.has(name))),
    rule: (isSet, given) => credentialRule((name) => name === 'KEY_VAULT_URI' || isSet(name), given),
    over: (vault) => ({
      async find(name, version) {
        const setting = bySecret.get(name);
        if (setting === undefined) return vault?.find(name, version);
        return { value: await environment.readSecret(setting), version: '', tags: {} };
      },
    }),
  };
}
