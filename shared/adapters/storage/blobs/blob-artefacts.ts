import type { ContainerClient } from '@azure/storage-blob';
import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import { describeStorageError, toStorageError } from '../account/storage-error.ts';
import { createBlob } from './create-blob.ts';
import { listBlobs } from './list-blobs.ts';
import { readBytes } from './read-bytes.ts';

/**
 * Artefacts as block blobs in one container. Old ones are removed by the account's lifecycle rule. The container is
 * opened by the first use and created by the first write, because most processes never need it and its client is slow
 * to load.
 */
export function createBlobArtefacts(open: () => Promise<ContainerClient>, redact: (text: string) => string): Artefacts {
  return {
    async create(path, text) {
      try {
        const blobHTTPHeaders = { blobContentType: 'text/plain; charset=utf-8' };
        return await createBlob(await open(), path, redact(text), { blobHTTPHeaders });
      } catch (error) {
        throw toStorageError(error);
      }
    },

    async find(path) {
      try {
        const container = await open();
        return (await readBytes(container.getBlockBlobClient(path))).toString('utf8');
      } catch (error) {
        if (describeStorageError(error).status === 404) return undefined;
        throw toStorageError(error);
      }
    },

    async list(folder) {
      try {
        const blobs = await listBlobs(await open(), folder);
        return blobs.map(({ name }) => name).sort();
      } catch (error) {
        if (describeStorageError(error).code === 'ContainerNotFound') return [];
        throw toStorageError(error);
      }
    },
  };
}
