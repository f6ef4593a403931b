import type { AuditArchive } from '../../../shared/domain/ports/audit-archive.ts';
import type { EvidenceFetch } from '../../../shared/domain/ports/evidence.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { RenderDeps } from '../../../shared/services/audit/render-outputs.ts';

/** What audits need beside the tools of every run. */
export interface AuditTools extends RenderDeps {
  archive: AuditArchive;
  fetch: EvidenceFetch;
  /** Where people look: `https://site.atlassian.net`. */
  siteUrl: string;
  toolVersion: string;
  ledger: Pick<RunLedger, 'listSince'>;
}
