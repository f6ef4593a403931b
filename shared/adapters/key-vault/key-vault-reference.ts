/**
 * Whether a setting still holds the text of a Key Vault reference. The platform leaves the literal in place when it
 * cannot resolve it (https://learn.microsoft.com/azure/app-service/app-service-key-vault-references).
 */
export function isUnresolvedReference(value: string): boolean {
  return /^\s*@Microsoft\.KeyVault\s*\(/i.test(value);
}

/** Where a secret stands. */
export interface SecretReference {
  /** `https://<name>.vault.azure.net` */
  vault: string;
  secret: string;
  /** The newest one unless given. */
  version?: string;
}

/**
 * Reads both forms of a reference: `@Microsoft.KeyVault(SecretUri=…)` and
 * `@Microsoft.KeyVault(VaultName=…;SecretName=…)`. `undefined` for what is none, or names no secret of an address with
 * https.
 */
export function parseKeyVaultReference(value: string): SecretReference | undefined {
  const inside = /^\s*@Microsoft\.KeyVault\s*\((.*)\)\s*$/is.exec(value)?.[1];
  if (inside === undefined) return undefined;
  const fields = new Map(
    inside.split(';').map((field) => {
      const [name = '', ...rest] = field.split('=');
      return [name.trim().toLowerCase(), rest.join('=').trim()];
    }),
  );
  return toReference(fields.get('secreturi') ?? toSecretUri(fields));
}

function toSecretUri(fields: ReadonlyMap<string, string>): string {
  const version = fields.get('secretversion');
  const secret = `https://${fields.get('vaultname') ?? ''}.vault.azure.net/secrets/${fields.get('secretname') ?? ''}`;
  return version ? `${secret}/${version}` : secret;
}

function toReference(uri: string): SecretReference | undefined {
  const url = URL.parse(uri);
  if (url?.protocol !== 'https:' || url.username || url.search || url.hash) return undefined;
  const [, secret, version] =
    /^\/secrets\/([0-9A-Za-z-]{1,127})(?:\/([0-9A-Za-z]{1,64}))?\/?$/.exec(url.pathname) ?? [];
  if (secret === undefined || url.host.startsWith('.')) return undefined;
  return { vault: url.origin, secret, ...(version ? { version } : {}) };
}

/** The text of a reference, as a setting in Azure holds it. */
export function formatKeyVaultReference({ vault, secret, version }: SecretReference): string {
  return `@Microsoft.KeyVault(SecretUri=${vault}/secrets/${secret}${version === undefined ? '' : `/${version}`})`;
}
