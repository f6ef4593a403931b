import { readFile } from 'node:fs/promises';
import { describeStorageError } from '../adapters/storage/account/storage-error.ts';
import { hasCode } from '../kernel/has-code.ts';
import { decodeAnyText } from '../kernel/text/decode-text.ts';
import { MappingError } from '../services/projects/mapping-error.ts';
import type { MapSettings } from './settings/map-settings.ts';

export interface MapReaders {
  /** Reads a blob of the storage account, or any blob the identity may read. */
  readBlob: (url: string) => Promise<string>;
}

/**
 * Reads the project map where the settings say: the file or blob of `JIRA_PROJECT_MAP_SOURCE`, otherwise the text of
 * `JIRA_PROJECT_MAP`. The text is only a stand-in for a source that does not exist yet; one that was read before and is
 * gone is missed. The reader throws `MappingError` when the source cannot be read.
 */
export function createMapReader({ text, source }: MapSettings, { readBlob }: MapReaders): () => Promise<string> {
  if (source === undefined) return async () => text ?? '';
  let existed = false;
  return async () => {
    try {
      const found = /^https?:\/\//i.test(source) ? await readBlob(source) : decodeAnyText(await readFile(source));
      existed = true;
      return found;
    } catch (cause) {
      // A hiccup must not bring an old map back.
      if (text !== undefined && !existed && isAbsent(cause)) return text;
      const message = `${source} could not be read; check JIRA_PROJECT_MAP_SOURCE`;
      throw Object.assign(new MappingError([{ where: 'JIRA_PROJECT_MAP_SOURCE', message }]), { cause });
    }
  };
}

function isAbsent(error: unknown): boolean {
  if (hasCode(error, 'ENOENT')) return true;
  return error instanceof Error && describeStorageError(error.cause).status === 404;
}
