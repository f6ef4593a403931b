import { findTokens } from '../../kernel/redaction/token-shapes.ts';

export const DEFAULT_CREDENTIAL_REF = 'default';

/** Becomes part of an environment name and of a Key Vault secret name, hence the narrow alphabet. */
export const CREDENTIAL_REF = /^[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*$/;
const LONGEST = 100;

/**
 * A credential ref as the registry keys it: `Platform-Team` -> `platform_team`, because neither environment names nor
 * Key Vault names keep case and both separators apart. `undefined` when it cannot name one, or looks like a token that
 * was put in the place of its name: what is no alias is never repeated.
 */
export function parseAlias(ref: string): string | undefined {
  const text = ref.trim();
  if (text.length > LONGEST || !CREDENTIAL_REF.test(text) || findTokens(text).length > 0) return undefined;
  return text.toLowerCase().replaceAll('-', '_');
}

/** `GITLAB_TOKEN` for `default`, otherwise `GITLAB_TOKEN__PLATFORM_TEAM` for `platform_team`. */
export function toEnvironmentName(credentialRef: string): string {
  if (credentialRef.toLowerCase() === DEFAULT_CREDENTIAL_REF) return 'GITLAB_TOKEN';
  return `GITLAB_TOKEN__${credentialRef.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * `gitlab-token` for `default`, otherwise `gitlab-token--platform-team` for `platform_team`. Key Vault allows letters,
 * digits and dashes only and ignores case.
 */
export function toKeyVaultName(credentialRef: string): string {
  if (credentialRef.toLowerCase() === DEFAULT_CREDENTIAL_REF) return 'gitlab-token';
  return `gitlab-token--${credentialRef.toLowerCase().replaceAll('_', '-')}`;
}

/** One secret with the tokens of many aliases as a JSON object; a secret of an alias' own wins over its entry. */
export const KEY_VAULT_MAP = 'gitlab-tokens';

/** Name of the secret's tag that may say which alias it was made for. */
const ALIAS_TAG = 'alias';

/** Whether a vault secret belongs to `alias`: yes, unless its tag names another one. */
export function ownsVaultSecret(alias: string, tags: Readonly<Record<string, string>>): boolean {
  const tagged = tags[ALIAS_TAG];
  return tagged === undefined || parseAlias(tagged) === parseAlias(alias);
}
