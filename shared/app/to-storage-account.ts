import type { createAzureCredential } from '../adapters/identity/azure-credential.ts';
import type { StorageAccount } from '../adapters/storage/account/account.ts';
import type { StorageSettings } from './settings/storage-settings.ts';

/** The storage account the settings name. `getCredential` is asked only where an identity is used. */
export async function toStorageAccount(
  settings: StorageSettings,
  getCredential: (clientId?: string) => ReturnType<typeof createAzureCredential>,
): Promise<StorageAccount> {
  if (settings.kind === 'connection-string') return { connectionString: settings.connectionString.reveal() };
  const { queueServiceUri: queue, tableServiceUri: table, blobServiceUri: blob, clientId } = settings;
  return { endpoints: { queue, table, blob }, credential: await getCredential(clientId) };
}
