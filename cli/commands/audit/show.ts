import * as z from 'zod';
import { FINDING_RULES } from '../../../shared/domain/audit/catalogue/finding-rules.ts';
import { type Explanation, explainItem } from '../../../shared/domain/audit/explain/explain-item.ts';
import { reportTables } from '../../../shared/domain/audit/tables/report-tables.ts';
import { cellText } from '../../../shared/domain/audit/tables/table.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { refuse } from '../../output/refuse.ts';
import { readReport } from './read-report.ts';

export const AuditShowOptions = z.object({
  item: z.string(),
  dir: z.string().default('audit-out'),
  json: z.boolean().default(false),
});
export type AuditShowOptions = z.infer<typeof AuditShowOptions>;

/**
 * Why one item of an audit is as it is: its row, its findings with the next step, and where each fact was read. Exit
 * code 1 when it is not in the audit.
 */
export async function auditShow({ item, dir, json }: AuditShowOptions, io: CliIO): Promise<number> {
  const report = await readReport(dir, io);
  const explanation = explainItem(report, item);
  if (explanation.kind === 'unknown') {
    return refuse(
      {
        error: `${item} is not in the audit of ${report.summary.fixVersion}; name an issue key, group/app!7 or a SHA`,
        json,
      },
      io,
    );
  }
  if (explanation.kind === 'ambiguous') {
    return refuse({ error: `several items fit ${item}: ${explanation.matches.join(', ')}`, json }, io);
  }
  const row = reportTables(report)
    .flatMap(({ columns, rows }) => Array.from(rows, ({ id, cells }) => ({ columns, id, cells })))
    .find(({ id }) => id === idOf(explanation));
  const text = () => [
    ...(row
      ? row.columns.map(({ title }, index) => `${title.padEnd(22)}${oneLine(cellText(row.cells[index] ?? ''))}`)
      : [idOf(explanation)]),
    '',
    ...(explanation.findings.length === 0
      ? ['No finding.']
      : explanation.findings.flatMap(({ severity, rule, detail, next, waived }) => [
          `${severity}: ${rule}: ${FINDING_RULES[rule].title} ${oneLine(detail)}`,
          waived ? `  waived: ${oneLine(waived.reason)}` : `  ${oneLine(next)}`,
        ])),
    '',
    ...explanation.sources.map(({ url, readAt }) => `read ${readAt}  ${oneLine(url)}`),
  ];
  return answer({ json, document: { item: explanation }, text }, io);
}

function idOf(explanation: Exclude<Explanation, { kind: 'ambiguous' | 'unknown' }>): string {
  switch (explanation.kind) {
    case 'issue':
      return explanation.key;
    case 'change':
      return explanation.change.id;
    case 'commit':
      return explanation.commit.sha;
  }
}
