import { createAzureCredential } from '../../shared/adapters/identity/azure-credential.ts';
import { createKeyVault } from '../../shared/adapters/key-vault/key-vault.ts';
import type { KeyVaultSecrets } from '../../shared/adapters/key-vault/key-vault-secrets.ts';
import { once } from '../../shared/kernel/once.ts';
import type { CliIO } from '../io/io.ts';

/** Key Vaults by their address, all with one sign-in, which is made with the first secret that is read. */
export function createVaults(env: CliIO['env']): (uri: string) => KeyVaultSecrets {
  const clientId = env['AZURE_CLIENT_ID']?.trim() || undefined;
  const managedIdentity = Boolean(env['IDENTITY_ENDPOINT']?.trim());
  const getCredential = once(() => createAzureCredential({ clientId, managedIdentity }));
  const vaults = new Map<string, KeyVaultSecrets>();
  return (vaultUri) => {
    const vault = vaults.get(vaultUri) ?? createKeyVault({ vaultUri, getCredential });
    vaults.set(vaultUri, vault);
    return vault;
  };
}
