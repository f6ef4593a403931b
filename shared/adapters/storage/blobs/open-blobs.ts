import type { BlobServiceClient } from '@azure/storage-blob';
import {
  buildEndpoint,
  CLIENT_MAX_RETRY_DELAY_MS,
  CLIENT_RETRY_DELAY_MS,
  CLIENT_TRIES,
  CLIENT_TRY_TIMEOUT_MS,
  type StorageAccount,
} from '../account/account.ts';

/** The blob service of an account. Loads the client, which is slow to load, and opens no connection. */
export async function openBlobs(account: StorageAccount): Promise<BlobServiceClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const retryOptions = {
    maxTries: CLIENT_TRIES,
    retryDelayInMs: CLIENT_RETRY_DELAY_MS,
    maxRetryDelayInMs: CLIENT_MAX_RETRY_DELAY_MS,
    tryTimeoutInMs: CLIENT_TRY_TIMEOUT_MS,
  };
  return 'connectionString' in account
    ? BlobServiceClient.fromConnectionString(account.connectionString, { retryOptions })
    : new BlobServiceClient(buildEndpoint(account, 'blob'), account.credential, { retryOptions });
}
