import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import { limitCall } from '../account/account.ts';

/** Every blob whose name begins with a text, page by page. @throws {RestError} as the service's client does. */
export async function listBlobs(container: ContainerClient, prefix: string): Promise<BlobItem[]> {
  const blobs: BlobItem[] = [];
  let next: string | undefined;
  do {
    // Of one page: how long all of them take is not limited.
    const pages = container.listBlobsFlat({ prefix, ...limitCall() }).byPage(next ? { continuationToken: next } : {});
    const { value } = await pages.next();
    blobs.push(...value.segment.blobItems);
    next = value.continuationToken;
  } while (next);
  return blobs;
}
