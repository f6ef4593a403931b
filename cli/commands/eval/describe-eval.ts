import type { EvalBegun, EvalResult } from '../../../shared/domain/runs/eval-report.ts';
import { formatCost } from '../../../shared/domain/runs/run-cost.ts';
import type { CliIO } from '../../io/io.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan } from '../../output/format-time.ts';
import type { EvalReport } from './eval-so-far.ts';
import type { EvalSummary } from './summarize-eval.ts';

/** Where the settings name no model, GitHub chooses one. */
const nameModel = (model: string | null) => model ?? 'default';

/** What a person is to wait for. */
export function describeBegin({ tickets, models }: EvalBegun): string {
  const many = `${tickets.length} ticket${tickets.length === 1 ? '' : 's'}`;
  return `cmap: ${many} for ${models.map(nameModel).join(' and ')}, one after the other; Ctrl-C ends it and shows what there is`;
}

/** A line for each ticket and model as it ends, so that a person sees it go on. */
export function describeProgress(result: EvalResult, { begun, results }: EvalReport): string {
  const { tickets = [], models = [] } = begun ?? {};
  const { ticket, model, outcome, durationMs } = result;
  const what = `${ticket} with ${nameModel(model)}: ${outcome}, ${formatSpan(durationMs)}`;
  return `cmap: ${what} (${results.length} of ${tickets.length * models.length})`;
}

/** The tickets with what each model did, the sums, and why what is not solved is not. */
export function describeEval(
  { begun, results, stopped }: EvalReport,
  summary: readonly EvalSummary[],
  io: CliIO,
): string[] {
  const { tickets, models, skipped } = begun ?? { tickets: [], models: [], skipped: [] };
  const find = (id: string, model: string | null) =>
    results.find((result) => result.ticket === id && result.model === model);
  const rows = tickets.map(({ id, language, summary: title }) => [
    id,
    language,
    title,
    ...models.map((model) => describeCell(find(id, model))),
  ]);
  const reasons = results.flatMap(({ ticket, model, outcome, reason }) =>
    reason === null ? [] : [`${ticket} with ${nameModel(model)} (${outcome}): ${reason}`],
  );
  return [
    formatTable(['TICKET', 'LANGUAGE', 'SUMMARY', ...models.map(nameModel)], rows, io),
    '',
    formatTable(
      ['MODEL', 'SOLVED', 'REFUSED', 'UNSOLVED', 'FAILED', 'COST', 'TOKENS', 'TIME'],
      summary.map((one) => describeSums(one, tickets.length)),
      io,
    ),
    ...(reasons.length === 0 ? [] : ['', ...reasons]),
    ...skipped.map(describeSkipped),
    ...describeNotRun(tickets.length, skipped),
    ...stopped.map(({ model, reason }) => `\nNo further ticket was given to ${nameModel(model)}: ${reason}`),
  ];
}

function describeCell(result: EvalResult | undefined): string {
  return result ? `${result.outcome}, ${formatSpan(result.durationMs)}` : '-';
}

function describeSums(one: EvalSummary, tickets: number): string[] {
  return [
    nameModel(one.model),
    `${one.solved} of ${tickets}`,
    ...[one.refused, one.unsolved, one.failed].map(String),
    one.cost ? formatCost(one.cost) : '-',
    (one.inputTokens + one.outputTokens).toLocaleString('en-US'),
    formatSpan(one.durationMs),
  ];
}

/** A number of fewer tickets than were asked for is compared with no other. */
function describeNotRun(run: number, skipped: EvalBegun['skipped']): string[] {
  const ids = skipped.flatMap(({ tickets }) => tickets);
  if (ids.length === 0) return [];
  const verb = ids.length === 1 ? 'was' : 'were';
  return [
    `\n${ids.length} of ${run + ids.length} ${verb} not run. Install what is missing, or name the others with --only`,
  ];
}

function describeSkipped({ language, missing, tickets }: EvalBegun['skipped'][number]): string {
  return `\nSkipped without ${missing}: ${language} (${tickets.join(', ')})`;
}
