import type { BlobClient } from '@azure/storage-blob';

import { decodeAnyText } from '../../../kernel/text/decode-text.ts';
import type { StorageAccount } from '../account/account.ts';
import { toStorageError } from '../account/storage-error.ts';
import { readBytes } from './read-bytes.ts';

/**
 * Reads the text of a blob by its URL. With a connection string the blob is looked for in that account, by the last two
 * parts of the URL (container and name).
 */
export function createBlobReader(account: StorageAccount): (url: string) => Promise<string> {
  return async (url) => {
    try {
      return decodeAnyText(await readBytes(await openBlob(account, url)));
    } catch (error) {
      throw toStorageError(error);
    }
  };
}

async function openBlob(account: StorageAccount, url: string): Promise<BlobClient> {
  const { BlobClient, BlobServiceClient } = await import('@azure/storage-blob');
  if (!('connectionString' in account)) return new BlobClient(url, account.credential);
  const [container = '', ...name] = new URL(url).pathname.split('/').slice(isEmulator(url) ? 2 : 1);
  const service = BlobServiceClient.fromConnectionString(account.connectionString);
  return service.getContainerClient(container).getBlobClient(name.map(decodeURIComponent).join('/'));
}

/** The emulator has the account's name as the first part of the path. */
function isEmulator(url: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(url).hostname);
}
