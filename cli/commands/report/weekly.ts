import { weeklyMarkdown } from '../../../shared/domain/audit/weekly/weekly-markdown.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingName } from '../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { hasStorage } from '../../clients/has-storage.ts';
import { createTools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { writeOutput } from '../../io/write-output.ts';
import { answer, formatAnswer } from '../../output/answer.ts';
import { type ReportTools, readReport } from './read-report.ts';
import { isSent, sendReport } from './send-report.ts';
import type { ReportWeeklyOptions } from './weekly-options.ts';

/**
 * Writes what happened in the projects of the map: done, in progress, backlog, what comments decided, and what was
 * made; or sends the report of a week to an issue or a webhook. Exit code 0, 1 when it could not be sent, or 3 when not
 * everything could be seen.
 */
export async function reportWeekly(
  options: ReportWeeklyOptions,
  io: CliIO,
  tools: ReportTools = createTools(io),
): Promise<number> {
  const { since = 7 * DAY, project, map, out, json } = options;
  const bindings = choose(await tools.bindings(map), project);
  if (isSent(options)) return sendReport(options, bindings, io, tools);
  const until = io.clock.now();
  const history = hasStorage(io.env)
    ? { ledger: async () => (await tools.storage()).ledger, ledgerFiles: tools.ledgerFiles, archive: tools.archive }
    : undefined;
  if (!history) io.warn('cmap: no storage account is set, so audits and runs of the agent are not in the report');
  const report = await readReport(bindings, { since: until - since, until }, { tools, history });
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
  const known = createBindings(bindings).entries.map(bindingName);
  const unknown = projects.filter((project) => !known.includes(project));
  if (unknown.length > 0)
    throw new UsageError(
      `the map has no binding of ${unknown.join(', ')}; it has ${known.toSorted().join(', ') || 'none'}`,
    );
  if (known.length === 0) throw new UsageError('the map has no bindings, so there is nothing to report');
  return projects.length === 0 ? bindings : bindings.filter((binding) => projects.includes(bindingName(binding)));
}
