import * as z from 'zod';
import { describeResult } from '../../../shared/domain/audit/render/describe-result.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTime } from '../../output/format-time.ts';
import { type ListedAudit, readAudits } from './read-audits.ts';

export const AuditListOptions = z.object({
  fixVersion: z.string().optional(),
  limit: z.coerce.number({ error: 'needs a number' }).int().min(1).max(1000).default(20),
  json: z.boolean().default(false),
});
export type AuditListOptions = z.infer<typeof AuditListOptions>;

/** Lists the audits that are kept, newest first, with links to page and workbook that expire in an hour. */
export async function auditList(
  { fixVersion, limit, json }: AuditListOptions,
  io: CliIO,
  tools: Pick<Tools, 'archive'> = createTools(io),
): Promise<number> {
  const { audits, total } = await readAudits(await tools.archive(), { fixVersion, limit, now: io.clock.now() });
  const document = { audits, total };
  return answer({ json, document, text: () => describe(audits, total, fixVersion) }, io);
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
