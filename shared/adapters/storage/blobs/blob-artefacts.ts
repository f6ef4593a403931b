import type { ContainerClient } from '@azure/storage-blob';
import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import { describeStorageError, toStorageError } from '../account/storage-error.ts';
import { createBlob } from './create-blob.ts';

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
        return (await container.getBlockBlobClient(path).downloadToBuffer()).toString('utf8');
      } catch (error) {
        if (describeStorageError(error).status === 404) return undefined;
        throw toStorageError(error);
      }
    },

    async list(folder) {
      const paths: string[] = [];
      try {
        const container = await open();
        for await (const { name } of container.listBlobsFlat({ prefix: folder })) paths.push(name);
      } catch (error) {
        if (describeStorageError(error).code === 'ContainerNotFound') return [];
        throw toStorageError(error);
      }
      return paths.sort();
    },
  };
}
