import { findTokens } from '../../kernel/redaction/token-shapes.ts';

export const DEFAULT_CREDENTIAL_REF = 'default';

/** Becomes part of an environment name and of a Key Vault secret name, hence the narrow alphabet. */
export const CREDENTIAL_REF = /^[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*$/;
const LONGEST = 100;

/** Where a token stands that is named by its place and not by an alias. */
export interface TokenPlace {
  kind: 'env' | 'keyvault';
  /** Of the variable, or of the secret in the Key Vault of the GitLab tokens. */
  name: string;
}

const ALIAS = CREDENTIAL_REF.source;
/** What a `credential_ref` of a map may be: an alias, `env:TEAM_A_TOKEN` or `keyvault:team-a-token`. */
export const TOKEN_SOURCE = new RegExp(
  `${ALIAS}|^env:[A-Za-z_][A-Za-z0-9_]*$|^keyvault:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*$`,
);

/** A map names no secret that has another use: what stands there would be sent to GitLab. */
const OTHER_USE = {
  env: /^(?:azure|jira_|github_|copilot_|cmap_|events_|validate_|mcp_secret|gitlab_webhook_|otel_|applicationinsights|identity_|msi_|npm_)/i,
  keyvault: /^(?:events-|validate-secret|mcp-secret|gitlab-tokens$)/i,
};

/** The place that a ref names instead of an alias; `undefined` for an alias, and for what names none. */
export function parseTokenPlace(ref: string): TokenPlace | undefined {
  const [, kind, name = ''] = /^(env|keyvault):(.+)$/.exec(ref.trim()) ?? [];
  if ((kind !== 'env' && kind !== 'keyvault') || !TOKEN_SOURCE.test(ref.trim()) || OTHER_USE[kind].test(name))
    return undefined;
  if (name.length > LONGEST || findTokens(name).length > 0) return undefined;
  // Key Vault ignores case; the environment of Linux does not.
  return { kind, name: kind === 'env' ? name : name.toLowerCase() };
}

/** Whether a ref names a place whose secret has another use. */
export function hasOtherUse(ref: string): boolean {
  return /^(?:env|keyvault):/.test(ref) && TOKEN_SOURCE.test(ref) && parseTokenPlace(ref) === undefined;
}

/**
 * A credential ref as the registry keys it: `Platform-Team` -> `platform_team`, because neither environment names nor
 * Key Vault names keep case and both separators apart. `undefined` when it cannot name one, or looks like a token that
 * was put in the place of its name: what is no alias is never repeated.
 */
export function parseAlias(ref: string): string | undefined {
  const text = ref.trim();
  if (parseTokenPlace(text)) return toAlias(text);
  if (text.length > LONGEST || !CREDENTIAL_REF.test(text) || findTokens(text).length > 0) return undefined;
  return toAlias(text);
}

/**
 * The one spelling of a ref that `parseAlias` takes: `Platform-Team` -> `platform_team`. A place stays what it is.
 * Checks nothing.
 */
export function toAlias(credentialRef: string): string {
  const place = parseTokenPlace(credentialRef);
  if (place) return `${place.kind}:${place.name}`;
  return credentialRef.toLowerCase().replaceAll('-', '_');
}

/** Secrets of one kind, of which an alias names one: how they are called in the environment and in the Key Vault. */
export interface SecretFamily {
  /** The variable of the alias `default`; the others add `__<ALIAS>`. */
  environment: string;
  /** The vault secret of the alias `default`; the others add `--<alias>`. */
  vault: string;
  /** One vault secret with those of many aliases as a JSON object; a secret of an alias' own wins over its entry. */
  vaultMap?: string;
  /** For people: what is pasted. */
  noun: string;
}

export const GITLAB_TOKENS = {
  environment: 'GITLAB_TOKEN',
  vault: 'gitlab-token',
  vaultMap: 'gitlab-tokens',
  noun: 'token',
} as const satisfies SecretFamily;

/** Addresses of the webhooks that are notified of events; who knows one may write to it. */
export const EVENTS_URLS: SecretFamily = { environment: 'EVENTS_URL', vault: 'events-url', noun: 'URL' };
/** What events of the format `generic` are signed with. */
export const EVENTS_SECRETS: SecretFamily = { environment: 'EVENTS_SECRET', vault: 'events-secret', noun: 'secret' };

/** What `validate` is given besides plain values, such as a token of a package registry. */
export const VALIDATE_SECRETS: SecretFamily = {
  environment: 'VALIDATE_SECRET',
  vault: 'validate-secret',
  noun: 'secret',
};

/** SSH keys that commits are signed with: the file of a private key, or that as one line of base64. */
export const SIGNING_KEYS: SecretFamily = { environment: 'SIGNING_KEY', vault: 'signing-key', noun: 'key' };

/** What MCP servers are given besides plain values, such as a token of a wiki. */
export const MCP_SECRETS: SecretFamily = { environment: 'MCP_SECRET', vault: 'mcp-secret', noun: 'secret' };

/** Every secret that an alias names. */
const SECRET_FAMILIES: readonly SecretFamily[] = [
  GITLAB_TOKENS,
  EVENTS_URLS,
  EVENTS_SECRETS,
  VALIDATE_SECRETS,
  SIGNING_KEYS,
  MCP_SECRETS,
];

/** `GITLAB_TOKEN` for `default`, otherwise `GITLAB_TOKEN__PLATFORM_TEAM` for `platform_team`. */
export function toEnvironmentName(credentialRef: string, { environment }: SecretFamily = GITLAB_TOKENS): string {
  const place = parseTokenPlace(credentialRef);
  if (place) return place.name;
  const alias = toAlias(credentialRef);
  return alias === DEFAULT_CREDENTIAL_REF ? environment : `${environment}__${alias.toUpperCase()}`;
}

/**
 * The ref after which a variable of a family is named, in any case: `PLATFORM_TEAM` of `GITLAB_TOKEN__PLATFORM_TEAM`,
 * `default` of `GITLAB_TOKEN`. `undefined` for any other variable. Whether the ref can name an alias says `parseAlias`.
 */
export function parseEnvironmentName(name: string, { environment }: SecretFamily = GITLAB_TOKENS): string | undefined {
  const match = new RegExp(`^${environment}(?:__(.*))?$`, 'i').exec(name);
  return match ? (match[1] ?? DEFAULT_CREDENTIAL_REF) : undefined;
}

/**
 * The family of a variable that holds a secret of an alias, and the ref after which it is named; `undefined` for any
 * other variable.
 */
export function parseSecretName(name: string): { family: SecretFamily; ref: string } | undefined {
  for (const family of SECRET_FAMILIES) {
    const ref = parseEnvironmentName(name, family);
    if (ref !== undefined) return { family, ref };
  }
  return undefined;
}

/**
 * `gitlab-token` for `default`, otherwise `gitlab-token--platform-team` for `platform_team`. Key Vault allows letters,
 * digits and dashes only and ignores case.
 */
export function toKeyVaultName(credentialRef: string, { vault }: SecretFamily = GITLAB_TOKENS): string {
  const place = parseTokenPlace(credentialRef);
  if (place) return place.name;
  const alias = toAlias(credentialRef);
  return alias === DEFAULT_CREDENTIAL_REF ? vault : `${vault}--${alias.replaceAll('_', '-')}`;
}

/** One secret with the tokens of many aliases as a JSON object; a secret of an alias' own wins over its entry. */
export const KEY_VAULT_MAP = GITLAB_TOKENS.vaultMap;

/** Name of the secret's tag that may say which alias it was made for. */
const ALIAS_TAG = 'alias';

/** Whether a vault secret belongs to `alias`: yes, unless its tag names another one. */
export function ownsVaultSecret(alias: string, tags: Readonly<Record<string, string>>): boolean {
  const tagged = tags[ALIAS_TAG];
  return tagged === undefined || parseAlias(tagged) === parseAlias(alias);
}
