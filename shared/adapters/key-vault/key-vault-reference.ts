/**
 * Whether a setting still holds the text of a Key Vault reference. The platform leaves the literal in place when it
 * cannot resolve it (https://learn.microsoft.com/azure/app-service/app-service-key-vault-references).
 */
export function isUnresolvedReference(value: string): boolean {
  return /^\s*@Microsoft\.KeyVault\s*\(/i.test(value);
}
