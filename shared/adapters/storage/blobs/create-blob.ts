import { Readable } from 'node:stream';
import type { BlockBlobUploadOptions, ContainerClient } from '@azure/storage-blob';
import { limitCall } from '../account/account.ts';
import { createOnNeed } from '../account/create-on-need.ts';
import { describeStorageError } from '../account/storage-error.ts';

/** A small text, or a file of so many bytes that is sent piece by piece. */
export type BlobContent = string | { bytes: number; pieces(): Iterable<Uint8Array> };

/**
 * Writes a blob that is not there yet, and its container where that is missing. Resolves to false when the blob is
 * there already. @throws {RestError} as the service's client does.
 */
export async function createBlob(
  container: ContainerClient,
  name: string,
  content: BlobContent,
  options: Pick<BlockBlobUploadOptions, 'blobHTTPHeaders' | 'metadata'>,
): Promise<boolean> {
  const onNeed = createOnNeed(() => container.create(limitCall()));
  return onNeed(() => upload(container, name, content, options));
}

async function upload(
  container: ContainerClient,
  name: string,
  content: BlobContent,
  options: BlockBlobUploadOptions,
): Promise<boolean> {
  try {
    const conditions = { ifNoneMatch: '*' };
    const { bytes, pieces } = typeof content === 'string' ? inOnePiece(content) : content;
    const body = () => Readable.from(pieces());
    await container.getBlockBlobClient(name).upload(body, bytes, { ...options, conditions, ...limitCall(bytes) });
    return true;
  } catch (error) {
    const { status, code } = describeStorageError(error);
    if (status === 412 || code === 'BlobAlreadyExists') return false;
    throw error;
  }
}

function inOnePiece(text: string): Exclude<BlobContent, string> {
  const body = Buffer.from(text);
  return { bytes: body.byteLength, pieces: () => [body] };
}
