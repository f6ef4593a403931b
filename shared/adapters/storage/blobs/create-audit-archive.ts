import { createHash } from 'node:crypto';
import type { ArchivedAudit, AuditArchive, AuditPlace } from '../../../domain/ports/audit-archive.ts';
import { MINUTE } from '../../../kernel/clock.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { once } from '../../../kernel/once.ts';
import { limitCall, type StorageAccount } from '../account/account.ts';
import { describeStorageError, toStorageError } from '../account/storage-error.ts';
import { auditBlobName, auditFolder, parseAuditBlobName, versionFolder } from './audit-blob-name.ts';
import { type BlobContent, createBlob } from './create-blob.ts';
import { listBlobs } from './list-blobs.ts';
import { openBlobs } from './open-blobs.ts';
import { readBytes } from './read-bytes.ts';
import { signBlobUrl } from './sign-blob-url.ts';

/** The last file that is stored: with it an audit is whole. */
const LAST = 'manifest.json';

/** A link is good at once also where the clock of the service is behind ours. */
const CLOCK_SKEW_MS = 5 * MINUTE;

type Metadata = Record<string, string>;

/**
 * Audits as blobs of one container, written once. Every blob has the metadata `artifact`, `version` and `scope`, by
 * which it is found in an inventory of the account. The container is made by Terraform with its immutability; where it
 * is missing, the first write creates it.
 */
export function createAuditArchive(account: StorageAccount, containerName: string): AuditArchive {
  const open = once(async () => (await openBlobs(account)).getContainerClient(containerName));

  function create(blobName: string, content: BlobContent, type: string, metadata: Metadata) {
    const blobHTTPHeaders = { blobContentType: type };
    return translated(async () => createBlob(await open(), blobName, content, { blobHTTPHeaders, metadata }));
  }

  async function find(blobName: string): Promise<Buffer | undefined> {
    return translated(async () => {
      try {
        return await readBytes((await open()).getBlockBlobClient(blobName));
      } catch (error) {
        if (describeStorageError(error).status === 404) return undefined;
        throw error;
      }
    });
  }

  /** SHA-256 of a blob, read as a stream: it may be larger than memory. */
  async function hashOf(blobName: string): Promise<string> {
    return translated(async () => {
      const blob = (await open()).getBlockBlobClient(blobName);
      const { contentLength } = await blob.getProperties(limitCall());
      const { readableStreamBody } = await blob.download(0, undefined, limitCall(contentLength));
      const hash = createHash('sha256');
      for await (const chunk of readableStreamBody ?? []) hash.update(chunk);
      return hash.digest('hex');
    });
  }

  async function list(prefix: string): Promise<{ name: string; modifiedAt: number }[]> {
    return translated(async () => {
      try {
        const blobs = await listBlobs(await open(), prefix);
        return blobs.map(({ name, properties }) => ({ name, modifiedAt: properties.lastModified.getTime() }));
      } catch (error) {
        if (describeStorageError(error).code === 'ContainerNotFound') return [];
        throw error;
      }
    });
  }

  return {
    describe: (place) => `${containerName}/${auditFolder('evidence', place)}`.replace(/\/$/, ''),

    evidence(place, scope) {
      const folder = auditFolder('evidence', place);
      const metadata = buildMetadata(place, scope);
      return {
        create: (path, text) => create(`${folder}${path}`, text, 'application/json', metadata),
        find: async (path) => (await find(`${folder}${path}`))?.toString('utf8'),
        list: async (below) => (await list(`${folder}${below}`)).map(({ name }) => name.slice(folder.length)).sort(),
      };
    },

    async store(place, file, scope) {
      const blobName = auditBlobName(place, file.name);
      const created = await create(blobName, file, file.type, buildMetadata(place, scope));
      if (!created && (await hashOf(blobName)) !== file.sha256) {
        throw new TaskError('evidence-damaged', {
          detail: `${containerName}/${blobName} is there already with other contents, and nothing in the container is changed.`,
        });
      }
      return (await open()).getBlockBlobClient(blobName).url;
    },

    find: async (place, name) => (await find(auditBlobName(place, name)))?.toString('utf8'),

    async list(fixVersion) {
      const audits: ArchivedAudit[] = [];
      const folder = fixVersion === undefined ? 'json/' : versionFolder('json', fixVersion);
      for (const { name, modifiedAt } of await list(folder)) {
        const parsed = parseAuditBlobName(name);
        if (parsed?.name !== LAST) continue;
        audits.push({ fixVersion: parsed.fixVersion, auditId: parsed.auditId, archivedAt: modifiedAt });
      }
      return audits.sort((a, b) => b.archivedAt - a.archivedAt || (a.auditId < b.auditId ? -1 : 1));
    },

    link: (place, name, { now, expiresAt }) =>
      translated(async () => {
        const blob = (await open()).getBlockBlobClient(auditBlobName(place, name));
        return signBlobUrl(blob, await openBlobs(account), {
          startsAt: now - CLOCK_SKEW_MS,
          expiresAt,
          byKey: 'connectionString' in account,
        });
      }),
  };
}

/** Values of metadata travel as HTTP headers, which are ASCII: they are written as in a URL. */
function buildMetadata({ fixVersion }: AuditPlace, scope: Readonly<Record<string, string>>): Metadata {
  const pairs = Object.entries(scope).map(([name, value]) => `${name}=${value}`);
  return {
    artifact: 'cmap-audit',
    version: encodeURIComponent(fixVersion),
    scope: encodeURIComponent(pairs.length === 0 ? fixVersion : pairs.sort().join(',')),
  };
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStorageError(error);
  }
}
