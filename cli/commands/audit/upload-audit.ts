import path from 'node:path';
import { createDirectoryFiles } from '../../../shared/adapters/evidence/directory-files.ts';
import type { AuditArchive } from '../../../shared/domain/ports/audit-archive.ts';
import { MANIFEST } from '../../../shared/services/audit/manifest.ts';
import type { AuditResult } from '../../../shared/services/audit/run-audit.ts';
import { storeAudit } from '../../../shared/services/audit/store-audit.ts';

/**
 * Stores an audit of this command line where those of the service are, the evidence first. Its id comes from its
 * manifest, so the same audit is stored once however often it is uploaded. Resolves to the address of the page.
 */
export async function uploadAudit(
  { report, files }: Pick<AuditResult, 'report' | 'files'>,
  { archive, evidenceFolder }: { archive: AuditArchive; evidenceFolder: string },
): Promise<string> {
  const { fixVersion, scope } = report.summary;
  const manifest = files.find(({ name }) => name === MANIFEST);
  const place = { fixVersion, auditId: `cli-${manifest?.sha256.slice(0, 12)}` };
  const source = createDirectoryFiles(path.resolve(evidenceFolder));
  const target = archive.evidence(place, scope);
  for (const folder of ['objects/', 'records/']) {
    for (const name of await source.list(folder)) await target.create(name, (await source.find(name)) ?? '');
  }
  return storeAudit(files, { archive, place, scope });
}
