import { maskTokenShapes } from '../../kernel/redaction/token-shapes.ts';

export const DEFAULT_ALIAS = 'default';

const ALIAS = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/**
 * A credential ref as the registry keys it: `Platform_Team` -> `platform_team`. `undefined` when it cannot name one, or
 * looks like a token in the place of its name: what is no alias is never shown.
 */
export function parseAlias(ref: string): string | undefined {
  const text = ref.trim();
  const alias = text.toLowerCase();
  return ALIAS.test(alias) && maskTokenShapes(text, '') === text ? alias : undefined;
}

/** The environment name of an alias: `platform_team` -> `GITLAB_TOKEN__PLATFORM_TEAM`. */
export function toEnvironmentName(alias: string): string {
  return alias === DEFAULT_ALIAS ? 'GITLAB_TOKEN' : `GITLAB_TOKEN__${alias.toUpperCase()}`;
}

/**
 * The Key Vault secret of an alias: `platform_team` -> `gitlab-token--platform-team`. Vault names know only letters,
 * digits and dashes, so `a_b` and `a-b` share one; `ownsVaultSecret` decides whose it is.
 */
export function toVaultName(alias: string): string {
  return alias === DEFAULT_ALIAS ? 'gitlab-token' : `gitlab-token--${alias.replaceAll('_', '-')}`;
}

/** Name of the secret's tag that holds the alias it was made for. */
const ALIAS_TAG = 'alias';

/** Whether a vault secret belongs to `alias`: its tag says so; without one the alias written with underscores owns it. */
export function ownsVaultSecret(alias: string, tags: Readonly<Record<string, string>>): boolean {
  const tagged = tags[ALIAS_TAG];
  return tagged === undefined ? !alias.includes('-') : tagged.trim().toLowerCase() === alias;
}
