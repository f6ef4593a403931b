import type { KeyVaultSecrets } from '../../shared/adapters/key-vault/key-vault-secrets.ts';
import { credentialRule } from '../../shared/app/settings/gitlab-settings.ts';
import type { SettingsRule } from '../../shared/app/settings/read-settings.ts';
import { parseEnvironmentName, toKeyVaultName } from '../../shared/domain/mapping/credential-names.ts';
import type { CliIO } from '../io/io.ts';

/** GitLab tokens that stand in Key Vaults by the named environment. */
export interface ReferencedTokens {
  /** The settings without them. */
  env: CliIO['env'];
  /** There is a token, a vault or one of them. */
  rule: SettingsRule;
  /** A Key Vault that has them under the names of their aliases; each is read only when its alias is used. */
  over(vault: KeyVaultSecrets | undefined): KeyVaultSecrets | undefined;
}

/** Takes the references to GitLab tokens out of the settings, so that nothing is read before it is used. */
export function takeReferencedTokens({ env, environment }: Pick<CliIO, 'env' | 'environment'>): ReferencedTokens {
  const tokens = [...(environment?.references.keys() ?? [])].filter((name) => parseEnvironmentName(name) !== undefined);
  if (!environment || tokens.length === 0) return { env, rule: credentialRule, over: (vault) => vault };
  const bySecret = new Map(tokens.map((name) => [toKeyVaultName(parseEnvironmentName(name) ?? ''), name]));
  return {
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !tokens.includes(name))),
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
