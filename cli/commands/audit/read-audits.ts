import { parseSummary } from '../../../shared/domain/audit/report/summary.ts';
import type { ArchivedAudit, AuditArchive } from '../../../shared/domain/ports/audit-archive.ts';
import { HOUR } from '../../../shared/kernel/clock.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';

export interface AuditChoice {
  /** All versions unless given. */
  fixVersion?: string | undefined;
  limit: number;
  now: number;
}

/** How long a link can be opened. */
const LINK_MS = HOUR;

/** The newest audits that are kept, with links to page and workbook that expire in an hour, and how many there are. */
export async function readAudits(
  archive: AuditArchive,
  { fixVersion, limit, now }: AuditChoice,
): Promise<{ audits: ListedAudit[]; total: number }> {
  const all = await archive.list(fixVersion);
  const times = { now, expiresAt: now + LINK_MS };
  const audits = await Promise.all(all.slice(0, limit).map((audit) => readAudit(audit, archive, times)));
  return { audits, total: all.length };
}

/** An audit as lists show it. */
export type ListedAudit = Awaited<ReturnType<typeof readAudit>>;

async function readAudit(audit: ArchivedAudit, archive: AuditArchive, times: { now: number; expiresAt: number }) {
  const [text, page, workbook] = await Promise.all([
    archive.find(audit, 'audit-summary.json'),
    archive.link(audit, 'audit.html', times),
    archive.link(audit, 'audit.xlsx', times),
  ]);
  const { fixVersion, auditId, archivedAt } = audit;
  return {
    fixVersion,
    auditId,
    archivedAt: toIso(archivedAt),
    summary: parseSummary(text) ?? null,
    page: page.url,
    workbook: workbook.url,
    linksExpireAt: page.expires ? toIso(times.expiresAt) : null,
  };
}
