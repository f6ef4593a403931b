import * as z from 'zod';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { TokenPrice } from '../../../shared/domain/runs/run-cost.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { utcDay } from '../../../shared/kernel/utc-day.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan } from '../../output/format-time.ts';
import { createBoard } from '../board/read/board.ts';
import { createBindingNames } from '../board/read/name-binding.ts';
import { readRunsOfSpan } from './read-runs-of-span.ts';
import { type Tallies, type Tally, tallyRuns } from './tally-runs.ts';

const price = z.coerce.number('needs a number').min(0, 'must not be negative').optional();

export const StatsOptions = z.object({
  by: z.enum(['binding', 'week', 'kind'], 'must be binding, week or kind').default('binding'),
  since: durationUpTo(366 * DAY, '366d').default(30 * DAY),
  priceInput: price,
  priceOutput: price,
  json: z.boolean().default(false),
});
export type StatsOptions = z.infer<typeof StatsOptions>;

/**
 * Adds up the runs that were created in a span: how they ended, how long a merge request took, tokens and failures.
 * What it costs depends on the span, and not on what happened before. Exit code 3 when a run could not be read.
 */
export async function stats(options: StatsOptions, io: CliIO, tools: Tools = createTools(io)): Promise<number> {
  const { by, since, json } = options;
  const before = io.clock.now();
  const from = before - since;
  const prices = readPrices(options);
  const board = createBoard({ tools, env: io.env, clock: io.clock });
  const groupOf = by === 'binding' ? await groupByBinding(board) : by === 'week' ? weekOf : kindOf;
  const [{ ledger }, files] = await Promise.all([board.storage(), tools.ledgerFiles()]);
  const unreadable: string[] = [];
  const runs = readRunsOfSpan({ from, before }, { ledger, files }, (runId) => unreadable.push(runId));
  const tallies = sortGroups(await tallyRuns(runs, groupOf, prices), by);
  const span = { from: toIso(from), to: toIso(before) };
  answer({ json, document: { by, ...span, ...tallies, unreadable }, text: () => describe(tallies, options, io) }, io);
  if (unreadable.length === 0) return 0;
  io.warn(`cmap: ${countOf(unreadable.length, 'run')} cannot be read and not counted: ${unreadable.join(', ')}`);
  return 3;
}

async function groupByBinding(board: Parameters<typeof createBindingNames>[0]): Promise<(run: Run) => string> {
  const nameOf = await createBindingNames(board);
  return ({ task }) => nameOf(task);
}

/** The Monday a week begins with, in UTC. */
function weekOf({ createdAt }: Run): string {
  const daysSinceMonday = (new Date(createdAt).getUTCDay() + 6) % 7;
  return utcDay(createdAt - daysSinceMonday * DAY);
}

function kindOf({ task }: Run): string {
  return task.kind;
}

function readPrices({ priceInput, priceOutput }: StatsOptions): TokenPrice | undefined {
  if (priceInput === undefined && priceOutput === undefined) return undefined;
  if (priceInput === undefined || priceOutput === undefined)
    throw new UsageError('--price-input and --price-output go together: give the price of a million tokens for both');
  return { input: priceInput, output: priceOutput };
}

/** Weeks in their order, the others by what they ran. */
function sortGroups(tallies: Tallies, by: StatsOptions['by']): Tallies {
  const groups = tallies.groups.toSorted((a, b) =>
    by === 'week' ? a.group.localeCompare(b.group) : b.runs - a.runs || a.group.localeCompare(b.group),
  );
  return { ...tallies, groups };
}

/** Of a pipe; a file is read in a terminal later. */
const COLUMNS = 80;
const MOST_CODES = 5;

function describe({ groups, total, failures }: Tallies, { by, since }: StatsOptions, io: CliIO): string[] {
  const now = io.clock.now();
  const span = `${utcDay(now - since)} to ${utcDay(now)} (${formatSpan(since)})`;
  if (total.runs === 0) return [`${span}: no run was created.`];
  const headings = [
    'RUNS',
    'DONE',
    'FAIL',
    'OK',
    'MEDIAN',
    'P90',
    'MERGED',
    ...(total.inShadow === 0 ? [] : ['YES']),
    'TOKENS',
    ...(total.cost === null ? [] : [total.currency ?? 'COST']),
  ];
  const shown = groups.length > 1 ? [...groups, total] : groups;
  const numbers = shown.map((tally) => [
    ...toCells(tally, total.inShadow > 0),
    ...(total.cost === null ? [] : [toMoney(tally)]),
  ]);
  const widths = headings.map((title, at) => Math.max(title.length, ...numbers.map((cells) => cells[at]?.length ?? 0)));
  const left = (io.columns ?? COLUMNS) - widths.reduce((sum, width) => sum + width + 2, 0);
  const rows = shown.map(({ group }, at) => [fitText(group, Math.max(8, left)), ...(numbers[at] ?? [])]);
  return [
    `${span}: ${countOf(total.runs, 'run')}`,
    '',
    formatTable([by.toUpperCase(), ...headings], rows, io),
    '',
    'MEDIAN and P90: from the run of a ticket to its open merge request.',
    'MERGED: merge requests merged / opened; a merged one may be an older one.',
    ...(total.inShadow === 0
      ? []
      : [
          `YES: "/copilot yes" of all that was said about ${countOf(total.inShadow, 'run')} in shadow${total.yesShare === null ? '' : `: ${Math.floor(total.yesShare * 100)}%`}.`,
        ]),
    ...(total.incomplete ? [`${total.currency}: without the runs whose price was not known (MODEL_PRICES).`] : []),
    ...(failures.length === 0 ? [] : ['', 'Failures:']),
    ...failures.slice(0, MOST_CODES).map(({ code, count }) => `  ${String(count).padStart(5)}  ${code}`),
  ];
}

function toCells(tally: Tally, hasShadow: boolean): string[] {
  const { runs, done, failed, share, medianMs, p90Ms, opened, merged, inputTokens, outputTokens } = tally;
  return [
    String(runs),
    String(done),
    String(failed),
    share === null ? '-' : `${Math.floor(share * 100)}%`,
    medianMs === null ? '-' : formatSpan(medianMs),
    p90Ms === null ? '-' : formatSpan(p90Ms),
    `${merged}/${opened}`,
    ...(hasShadow ? [tally.inShadow === 0 ? '-' : `${tally.yes}/${tally.yes + tally.no}`] : []),
    compact(inputTokens + outputTokens),
  ];
}

function toMoney({ cost }: Tally): string {
  if (cost === null) return '-';
  return cost < 1000 ? cost.toFixed(2) : compact(cost);
}

/** `950`, `1.2K`, `34.5M` */
function compact(count: number): string {
  return count.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });
}
