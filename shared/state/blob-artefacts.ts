import type { ContainerClient } from '@azure/storage-blob';

import type { Artefacts } from './artefacts.ts';
import { describeStorageError, toStorageError } from './storage-error.ts';

/** Artefacts as block blobs in one container. Old ones are removed by the account's lifecycle rule. */
export function createBlobArtefacts(container: ContainerClient, redact: (text: string) => string): Artefacts {
  return {
    async create(path, text) {
      const body = redact(text);
      try {
        await container.getBlockBlobClient(path).upload(body, Buffer.byteLength(body), {
          conditions: { ifNoneMatch: '*' },
          blobHTTPHeaders: { blobContentType: 'text/plain; charset=utf-8' },
        });
        return true;
      } catch (error) {
        const { status, code } = describeStorageError(error);
        if (status === 412 || code === 'BlobAlreadyExists') return false;
        throw toStorageError(error);
      }
    },

    async find(path) {
      try {
        return (await container.getBlockBlobClient(path).downloadToBuffer()).toString('utf8');
      } catch (error) {
        const { status, code } = describeStorageError(error);
        if (status === 404 && code !== 'ContainerNotFound') return undefined;
        throw toStorageError(error);
      }
    },

    async list(folder) {
      const paths: string[] = [];
      try {
        for await (const { name } of container.listBlobsFlat({ prefix: folder })) paths.push(name);
      } catch (error) {
        throw toStorageError(error);
      }
      return paths.sort();
    },
  };
}
