import type { ContainerClient } from '@azure/storage-blob';
import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import { describeStorageError, toStorageError } from '../account/storage-error.ts';

/**
 * Artefacts as block blobs in one container. Old ones are removed by the account's lifecycle rule. The container is opened by
 * the first use and created by the first write, because most processes never need it and its client is slow to load.
 */
export function createBlobArtefacts(open: () => Promise<ContainerClient>, redact: (text: string) => string): Artefacts {
  async function upload(container: ContainerClient, path: string, body: string): Promise<boolean> {
    try {
      await container.getBlockBlobClient(path).upload(body, Buffer.byteLength(body), {
        conditions: { ifNoneMatch: '*' },
        blobHTTPHeaders: { blobContentType: 'text/plain; charset=utf-8' },
      });
      return true;
    } catch (error) {
      const { status, code } = describeStorageError(error);
      if (status === 412 || code === 'BlobAlreadyExists') return false;
      throw error;
    }
  }

  return {
    async create(path, text) {
      const body = redact(text);
      try {
        const container = await open();
        try {
          return await upload(container, path, body);
        } catch (error) {
          if (describeStorageError(error).code !== 'ContainerNotFound') throw error;
        }
        await container.createIfNotExists();
        return await upload(container, path, body);
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
