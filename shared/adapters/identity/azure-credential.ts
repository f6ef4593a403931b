import type { TokenCredential } from '@azure/identity';

/** What every Azure client takes to prove who it is. */
export type AzureCredential = TokenCredential;

export interface AzureCredentialOptions {
  /** Client id of the user-assigned identity; absent means the system-assigned one, or the developer's login. */
  clientId?: string | undefined;
  /** Whether the process runs in Azure and has a managed identity. */
  managedIdentity: boolean;
}

/**
 * Creates the one credential of a process: its managed identity in Azure, the developer's login (Azure CLI and friends)
 * elsewhere. `@azure/identity` is loaded here and only here, because loading it costs more than the rest of a start.
 */
export async function createAzureCredential({
  clientId,
  managedIdentity,
}: AzureCredentialOptions): Promise<AzureCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (managedIdentity) return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  return clientId ? new DefaultAzureCredential({ managedIdentityClientId: clientId }) : new DefaultAzureCredential();
}
