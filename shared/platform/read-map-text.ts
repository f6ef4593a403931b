import { readFile } from 'node:fs/promises';

import { MappingError } from '../registry/live-mapping.ts';
import type { MapSettings } from '../settings/map-settings.ts';

export interface MapReaders {
  /** Reads a blob of the storage account, or any blob the identity may read. */
  readBlob: (url: string) => Promise<string>;
}

/**
 * Reads the project map where the settings say: the file or blob of `JIRA_PROJECT_MAP_SOURCE`, otherwise the text of
 * `JIRA_PROJECT_MAP`. The text is only a stand-in for a source that does not exist yet.
 * @throws {MappingError} when the source cannot be read and there is no text.
 */
export async function readMapText({ text, source }: MapSettings, { readBlob }: MapReaders): Promise<string> {
  if (source === undefined) return text ?? '';
  try {
    return /^https?:\/\//i.test(source) ? await readBlob(source) : await readFile(source, 'utf8');
  } catch (cause) {
    if (text !== undefined) return text;
    const message = `${source} could not be read; check JIRA_PROJECT_MAP_SOURCE`;
    throw Object.assign(new MappingError([{ where: 'JIRA_PROJECT_MAP_SOURCE', message }]), { cause });
  }
}
