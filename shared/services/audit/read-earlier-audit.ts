import { parseSummary } from '../../domain/audit/report/summary.ts';
import type { AuditArchive } from '../../domain/ports/audit-archive.ts';
import type { ReadEarlierAudit } from './evidence/record-earlier-audit.ts';

/**
 * Reads the newest kept audit of a version, `except` the one that is being made. One of another version of the program
 * is none.
 */
export function createReadEarlierAudit(
  archive: Pick<AuditArchive, 'list' | 'find'>,
  fixVersion: string,
  except?: string,
): ReadEarlierAudit {
  return async () => {
    const [newest] = (await archive.list(fixVersion)).filter(({ auditId }) => auditId !== except);
    if (!newest) return undefined;
    const summary = parseSummary(await archive.find(newest, 'audit-summary.json'));
    if (!summary) return undefined;
    const { auditedAt, ranges } = summary;
    return {
      auditedAt,
      ranges: ranges.map(({ commits: _, ...range }) => range),
    };
  };
}
