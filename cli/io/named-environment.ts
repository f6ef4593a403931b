import type { Redactor } from '../../shared/kernel/redaction/redact.ts';
import type { Secret } from '../../shared/kernel/secret.ts';

/** One of `cmap env list`, as a command works on it. */
export interface NamedEnvironment {
  name: string;
  /** What named it: `--env`, `CMAP_ENV` or `cmap env use`. */
  chosenBy: string;
  /** Settings of it that are also set in the shell, which wins. */
  overridden: readonly string[];
  /** Settings whose value is a secret of a Key Vault, and where: `jira-api-token of kv-cmap.vault.azure.net`. */
  references: ReadonlyMap<string, string>;
  /**
   * The value of one of `references`, asked for once and masked from then on in what the command prints.
   * @throws {UsageError} when there is no such secret
   * @throws {TaskError} `key-vault-forbidden`, `key-vault-unavailable`
   */
  readSecret(setting: string): Promise<Secret>;
  /** Masks what the command prints; learns of secrets that are found elsewhere. */
  redactor: Pick<Redactor, 'add'>;
}
