import { describeResult } from '../../../domain/audit/render/describe-result.ts';
import { parseSummary } from '../../../domain/audit/report/summary.ts';
import type { WeeklyArtefact } from '../../../domain/audit/weekly/weekly-facts.ts';
import type { ArchivedAudit, AuditArchive } from '../../../domain/ports/audit-archive.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import type { Gaps } from './gaps.ts';
import type { Span } from './span.ts';

/** Audits of these projects that were kept in the span. */
export async function collectAudits(
  projects: readonly string[],
  { since, until }: Span,
  { archive, gaps }: { archive: () => Promise<AuditArchive>; gaps: Gaps },
): Promise<WeeklyArtefact[]> {
  const read = async () => {
    const place = await archive();
    const kept = (await place.list()).filter(({ archivedAt }) => archivedAt >= since && archivedAt < until);
    const found = await Promise.all(kept.map((audit) => toArtefact(audit, projects, place, until)));
    return found.flat();
  };
  return gaps.orGap('audits', read, []);
}

/** One whose summary another version of the program wrote is listed too: it may be of these projects. */
async function toArtefact(
  audit: ArchivedAudit,
  projects: readonly string[],
  archive: AuditArchive,
  now: number,
): Promise<WeeklyArtefact[]> {
  const summary = parseSummary(await archive.find(audit, 'audit-summary.json'));
  if (summary && !summary.projects.some((project) => projects.includes(project))) return [];
  const { url } = await archive.link(audit, 'audit.html', { now, expiresAt: now });
  return [
    {
      kind: 'audit',
      title: `${audit.fixVersion}${summary ? `: ${describeResult(summary)}` : ''}`,
      at: toIso(audit.archivedAt),
      // A report is kept for longer than a signature may be valid, and lies where others read it.
      url: url.split('?')[0] ?? url,
    },
  ];
}
