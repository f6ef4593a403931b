import type { BlobServiceClient, BlockBlobClient } from '@azure/storage-blob';
import { limitCall } from '../account/account.ts';
import { describeStorageError } from '../account/storage-error.ts';

export interface BlobLinkOptions {
  /** Times in milliseconds. */
  startsAt: number;
  expiresAt: number;
  /** Whether the account is reached by its key: then the key signs, and otherwise the identity of the caller does. */
  byKey: boolean;
}

/**
 * An address that may be read until it expires, signed by the identity of the caller
 * (https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas). An identity that may not sign gets
 * the plain address, which asks for an identity of the reader.
 */
export async function signBlobUrl(
  blob: BlockBlobClient,
  service: BlobServiceClient,
  { startsAt, expiresAt, byKey }: BlobLinkOptions,
): Promise<{ url: string; expires: boolean }> {
  const { BlobSASPermissions, generateBlobSASQueryParameters } = await import('@azure/storage-blob');
  const permissions = BlobSASPermissions.parse('r');
  const times = { startsOn: new Date(startsAt), expiresOn: new Date(expiresAt) };
  if (byKey) return { url: await blob.generateSasUrl({ permissions, ...times }), expires: true };
  try {
    const key = await service.getUserDelegationKey(times.startsOn, times.expiresOn, limitCall());
    const { containerName, name: blobName } = blob;
    const query = generateBlobSASQueryParameters(
      { containerName, blobName, permissions, ...times },
      key,
      service.accountName,
    );
    return { url: `${blob.url}?${query.toString()}`, expires: true };
  } catch (error) {
    if (describeStorageError(error).status !== 403) throw error;
    return { url: blob.url, expires: false };
  }
}
