import type { AuditArchive, AuditPlace } from '../../domain/ports/audit-archive.ts';
import type { OutputFile } from './output-file.ts';

export interface StoreAuditTarget {
  archive: Pick<AuditArchive, 'store'>;
  place: AuditPlace;
  scope: Readonly<Record<string, string>>;
}

export const AUDIT_PAGE = 'audit.html';

/**
 * Stores the files of an audit in their order, so that the manifest comes last and says that the audit is whole.
 * Repeating it changes nothing. Resolves to the address of the page.
 */
export async function storeAudit(
  files: readonly OutputFile[],
  { archive, place, scope }: StoreAuditTarget,
  signal?: AbortSignal,
): Promise<string> {
  let page = '';
  for (const file of files) {
    signal?.throwIfAborted();
    const url = await archive.store(place, file, scope);
    if (file.name === AUDIT_PAGE) page = url;
  }
  return page;
}
