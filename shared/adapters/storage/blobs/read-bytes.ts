import type { BlobClient } from '@azure/storage-blob';
import { limitCall } from '../account/account.ts';

/** The whole content of a blob. @throws {RestError} as the service's client does. */
export async function readBytes(blob: BlobClient): Promise<Buffer> {
  const { contentLength = 0 } = await blob.getProperties(limitCall());
  if (contentLength === 0) return Buffer.alloc(0);
  return blob.downloadToBuffer(0, contentLength, limitCall(contentLength));
}
