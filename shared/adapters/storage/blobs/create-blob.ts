import type { BlockBlobUploadOptions, ContainerClient } from '@azure/storage-blob';
import { describeStorageError } from '../account/storage-error.ts';

/**
 * Writes a blob that is not there yet, and its container where that is missing. Resolves to false when the blob is
 * there already. @throws {RestError} as the service's client does.
 */
export async function createBlob(
  container: ContainerClient,
  name: string,
  content: string | Uint8Array,
  options: Pick<BlockBlobUploadOptions, 'blobHTTPHeaders' | 'metadata'>,
): Promise<boolean> {
  try {
    return await upload(container, name, Buffer.from(content), options);
  } catch (error) {
    if (describeStorageError(error).code !== 'ContainerNotFound') throw error;
  }
  await container.createIfNotExists();
  return upload(container, name, Buffer.from(content), options);
}

async function upload(
  container: ContainerClient,
  name: string,
  body: Buffer,
  options: BlockBlobUploadOptions,
): Promise<boolean> {
  try {
    const conditions = { ifNoneMatch: '*' };
    await container.getBlockBlobClient(name).upload(body, body.byteLength, { ...options, conditions });
    return true;
  } catch (error) {
    const { status, code } = describeStorageError(error);
    if (status === 412 || code === 'BlobAlreadyExists') return false;
    throw error;
  }
}
