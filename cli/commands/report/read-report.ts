import { type WeeklyReport, weeklyReport } from '../../../shared/domain/audit/weekly/weekly-report.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { collectWeekly, type WeeklyDeps } from '../../../shared/services/audit/weekly/collect-weekly.ts';
import type { Span } from '../../../shared/services/audit/weekly/span.ts';
import type { Tools } from '../../clients/tools.ts';

export type ReportTools = Pick<
  Tools,
  'bindings' | 'jira' | 'gitlab' | 'storage' | 'archive' | 'ledgerFiles' | 'receivers' | 'agentId'
>;

/** What happened, as it can be seen from here. @throws what the tools throw */
export async function readReport(
  bindings: readonly Binding[],
  span: Span,
  { tools, history }: { tools: Pick<ReportTools, 'jira' | 'gitlab'>; history: WeeklyDeps['history'] },
): Promise<WeeklyReport> {
  const mask = createRedactor().maskWritten;
  const [jira, { gitlabFor }] = [await tools.jira(), await tools.gitlab()];
  return weeklyReport(await collectWeekly(bindings, span, { jira, gitlabFor, mask, history }));
}
