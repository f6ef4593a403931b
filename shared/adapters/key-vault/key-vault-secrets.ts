import type { Secret } from '../../kernel/secret.ts';

/** One version of a secret. */
export interface VaultSecret {
  value: Secret;
  version: string;
  tags: Readonly<Record<string, string>>;
}

/** A Key Vault as the registry needs it. */
export interface KeyVaultSecrets {
  /**
   * The latest enabled version unless one is named; `undefined` when there is no such secret.
   * @throws {TaskError} `key-vault-forbidden` (no access, or the secret is disabled or empty), `key-vault-unavailable`.
   */
  find(name: string, version?: string): Promise<VaultSecret | undefined>;
}
