import type { Secret } from '../../kernel/secret.ts';

/** The latest enabled version of one secret. */
export interface VaultSecret {
  value: Secret;
  version: string;
  tags: Readonly<Record<string, string>>;
}

/** A Key Vault as the registry needs it. */
export interface KeyVaultSecrets {
  /**
   * `undefined` when there is no such secret.
   * @throws {TaskError} `key-vault-forbidden` (no access, or the secret is disabled or empty), `key-vault-unavailable`.
   */
  find(name: string): Promise<VaultSecret | undefined>;
}
