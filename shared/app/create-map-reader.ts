import { readFile } from 'node:fs/promises';
import { describeStorageError } from '../adapters/storage/account/storage-error.ts';
import { hasCode } from '../kernel/has-code.ts';
import { decodeAnyText } from '../kernel/text/decode-text.ts';
import type { MapSourceDeps } from '../services/projects/map-source.ts';
import { MappingError } from '../services/projects/mapping-error.ts';
import type { MapSettings } from './settings/map-settings.ts';

export interface MapReaders {
  /** Reads a blob of the storage account, or any blob the identity may read. */
  readBlob: (url: string) => Promise<string>;
}

/**
 * Reads the project map where the settings say: the file or blob of `JIRA_PROJECT_MAP_SOURCE`, otherwise the text of
 * `JIRA_PROJECT_MAP`. The text stands in for a source that does not exist yet while no map was ever put in force; later
 * a missing source is one that cannot be used, because the text may be older than the map in force. The reader throws
 * `MappingError` when the source cannot be read.
 */
export function createMapReader({ text, source }: MapSettings, { readBlob }: MapReaders): MapSourceDeps['readText'] {
  if (source === undefined) return async () => text ?? '';
  return async (wasApplied) => {
    try {
      return /^https?:\/\//i.test(source) ? await readBlob(source) : decodeAnyText(await readFile(source));
    } catch (cause) {
      const hasStandIn = text !== undefined && isAbsent(cause);
      if (hasStandIn && !(await wasApplied())) return text;
      const message = hasStandIn
        ? `${source} is gone, and JIRA_PROJECT_MAP stands in for it at a first start only; put the map there, or unset JIRA_PROJECT_MAP_SOURCE`
        : `${source} could not be read; check JIRA_PROJECT_MAP_SOURCE`;
      throw Object.assign(new MappingError([{ where: 'JIRA_PROJECT_MAP_SOURCE', message }]), { cause });
    }
  };
}

function isAbsent(error: unknown): boolean {
  if (hasCode(error, 'ENOENT')) return true;
  return error instanceof Error && describeStorageError(error.cause).status === 404;
}
