import { z } from 'zod';
import { describeResult } from '../../../shared/domain/audit/render/describe-result.ts';
import { AuditSummary } from '../../../shared/domain/audit/report/summary.ts';
import type { ArchivedAudit, AuditArchive } from '../../../shared/domain/ports/audit-archive.ts';
import { HOUR } from '../../../shared/kernel/clock.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTime, toIso } from '../../output/format-time.ts';

export const AuditListOptions = z.object({
  fixVersion: z.string().optional(),
  limit: z.coerce.number({ error: 'needs a number' }).int().min(1).max(1000).default(20),
  json: z.boolean().default(false),
});
export type AuditListOptions = z.infer<typeof AuditListOptions>;

/** How long a link can be opened. */
const LINK_MS = HOUR;

/** Lists the audits that are kept, newest first, with links to page and workbook that expire in an hour. */
export async function auditList(
  { fixVersion, limit, json }: AuditListOptions,
  io: CliIO,
  tools: Pick<Tools, 'archive'> = createTools(io),
): Promise<number> {
  const archive = await tools.archive();
  const all = await archive.list(fixVersion);
  const now = io.clock.now();
  const times = { now, expiresAt: now + LINK_MS };
  const audits = await Promise.all(all.slice(0, limit).map((audit) => readAudit(audit, archive, times)));
  const document = { audits, total: all.length };
  return answer({ json, document, text: () => describe(audits, all.length, fixVersion) }, io);
}

type ListedAudit = Awaited<ReturnType<typeof readAudit>>;

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
    summary: parseSummary(text),
    page: page.url,
    workbook: workbook.url,
    linksExpireAt: page.expires ? toIso(times.expiresAt) : null,
  };
}

/** null for a summary of another version of the program. */
function parseSummary(text: string | undefined): AuditSummary | null {
  try {
    return AuditSummary.safeParse(JSON.parse(text ?? '')).data ?? null;
  } catch {
    return null;
  }
}

function describe(audits: readonly ListedAudit[], total: number, fixVersion: string | undefined): string[] {
  if (audits.length === 0) return [`No audit${fixVersion === undefined ? '' : ` of ${oneLine(fixVersion)}`} is kept.`];
  const left = total - audits.length;
  return [
    ...audits.flatMap(({ summary, page, workbook, ...audit }) => [
      `${formatTime(Date.parse(audit.archivedAt))}  ${oneLine(audit.fixVersion)}  ${audit.auditId}`,
      `  ${summary ? describeResult(summary) : 'written by another version of cmap; see the page'}`,
      `  page      ${page}`,
      `  workbook  ${workbook}`,
    ]),
    ...(audits[0]?.linksExpireAt ? [`The links can be opened for an hour.`] : []),
    ...(left > 0 ? [`${countOf(left, 'older audit')} not shown; --limit shows more.`] : []),
  ];
}
