import { z } from 'zod';
import { weeklyMarkdown } from '../../../shared/domain/audit/weekly/weekly-markdown.ts';
import { weeklyReport } from '../../../shared/domain/audit/weekly/weekly-report.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { collectWeekly } from '../../../shared/services/audit/weekly/collect-weekly.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { hasStorage } from '../../clients/has-storage.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { writeOutput } from '../../io/write-output.ts';
import { answer, formatAnswer } from '../../output/answer.ts';

export const ReportWeeklyOptions = z.object({
  since: durationUpTo(366 * DAY, '366d').default(7 * DAY),
  project: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().map((key) => key.toUpperCase()))
    .default([]),
  map: z.string().optional(),
  out: z.string().min(1).optional(),
  json: z.boolean().default(false),
});
export type ReportWeeklyOptions = z.infer<typeof ReportWeeklyOptions>;

/**
 * Writes what happened in the projects of the map: done, in progress, backlog, what comments decided, and what was
 * made. Exit code 0, or 3 when not everything could be seen.
 */
export async function reportWeekly(
  { since, project, map, out, json }: ReportWeeklyOptions,
  io: CliIO,
  tools: Pick<Tools, 'bindings' | 'jira' | 'gitlab' | 'storage' | 'archive' | 'ledgerFiles'> = createTools(io),
): Promise<number> {
  const bindings = choose(await tools.bindings(map), project);
  const until = io.clock.now();
  const history = hasStorage(io.env)
    ? { ledger: async () => (await tools.storage()).ledger, ledgerFiles: tools.ledgerFiles, archive: tools.archive }
    : undefined;
  if (!history) io.warn('cmap: no storage account is set, so audits and runs of the agent are not in the report');
  const facts = await collectWeekly(
    bindings,
    { since: until - since, until },
    {
      jira: await tools.jira(),
      gitlabFor: (await tools.gitlab()).gitlabFor,
      mask: createRedactor().maskWritten,
      history,
    },
  );
  const report = weeklyReport(facts);
  const full = { json, document: report, text: () => weeklyMarkdown(report).trimEnd(), verbatim: true };
  if (out === undefined) answer(full, io);
  else {
    await writeOutput(out, `${formatAnswer(full)}\n`, io);
    answer({ json, document: { file: out }, text: () => `The report is in ${out}.` }, io);
  }
  for (const gap of report.gaps) io.warn(`cmap: not everything could be seen: ${gap}`);
  return report.gaps.length > 0 ? 3 : 0;
}

function choose(bindings: readonly Binding[], projects: readonly string[]): readonly Binding[] {
  const known = [...new Set(bindings.map(({ jiraProject }) => jiraProject))];
  const unknown = projects.filter((project) => !known.includes(project));
  if (unknown.length > 0)
    throw new UsageError(
      `the map has no binding of ${unknown.join(', ')}; it has ${known.toSorted().join(', ') || 'none'}`,
    );
  if (known.length === 0) throw new UsageError('the map has no bindings, so there is nothing to report');
  return projects.length === 0 ? bindings : bindings.filter(({ jiraProject }) => projects.includes(jiraProject));
}
