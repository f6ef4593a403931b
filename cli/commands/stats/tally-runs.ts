import type { Run } from '../../../shared/domain/runs/run.ts';
import { addCosts, priceTokens, type RunCost, type TokenPrice } from '../../../shared/domain/runs/run-cost.ts';
import type { SpanRun } from './read-runs-of-span.ts';

/** What the runs of one group came to. */
export interface Tally {
  group: string;
  runs: number;
  done: number;
  failed: number;
  /** Done of those done or failed, 0 to 1; `null` where none was either. */
  share: number | null;
  /** From the creation of a run to its open merge request, in milliseconds; `null` where none was opened. */
  medianMs: number | null;
  p90Ms: number | null;
  opened: number;
  merged: number;
  /** Runs in shadow, and what people said about them: of each run the last word of each person. */
  inShadow: number;
  yes: number;
  no: number;
  /** Yes of all that was said, 0 to 1; `null` where nothing was. */
  yesShare: number | null;
  inputTokens: number;
  outputTokens: number;
  /** What the runs have cost by the prices of their time, or all of them by the prices given; `null` without any. */
  cost: number | null;
  /** Of the cost, where the runs say it. */
  currency: string | null;
  /** Runs that used tokens are missing in the cost: no price was known, or it was in another currency. */
  incomplete: boolean;
}

export interface Tallies {
  groups: Tally[];
  total: Tally;
  /** The most frequent first. */
  failures: { code: string; count: number }[];
}

interface Sum {
  runs: number;
  done: number;
  failed: number;
  merged: number;
  inShadow: number;
  yes: number;
  no: number;
  inputTokens: number;
  outputTokens: number;
  times: number[];
  /** `undefined` until a run has one. */
  paid: RunCost | undefined;
  /** Runs that used tokens and have no cost. */
  unpaid: number;
}

/** Adds up runs as they come; of each only its times are kept. */
export async function tallyRuns(
  runs: AsyncIterable<SpanRun>,
  groupOf: (run: Run) => string,
  prices: TokenPrice | undefined,
): Promise<Tallies> {
  const sums = new Map<string, Sum>();
  const codes = new Map<string, number>();
  const total = emptySum();
  for await (const one of runs) {
    const group = groupOf(one.run);
    const sum = sums.get(group) ?? emptySum();
    sums.set(group, sum);
    for (const each of [sum, total]) addRun(one, each);
    const { state, code = 'unexpected' } = one.run;
    if (state === 'failed') codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return {
    groups: [...sums].map(([group, sum]) => toTally(group, sum, prices)),
    total: toTally('all', total, prices),
    failures: [...codes].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
  };
}

/** The value below which a share of the sorted values lies: the nearest one that is there. */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

function emptySum(): Sum {
  return {
    runs: 0,
    done: 0,
    failed: 0,
    merged: 0,
    inShadow: 0,
    yes: 0,
    no: 0,
    inputTokens: 0,
    outputTokens: 0,
    times: [],
    paid: undefined,
    unpaid: 0,
  };
}

function addRun({ run, openedAt, isMerged, ratings }: SpanRun, sum: Sum): void {
  const usage = run.facts?.usage ?? run.result?.usage;
  sum.runs += 1;
  sum.done += run.state === 'done' ? 1 : 0;
  sum.failed += run.state === 'failed' ? 1 : 0;
  sum.merged += isMerged ? 1 : 0;
  sum.inShadow += ratings ? 1 : 0;
  sum.yes += ratings?.filter(({ answer }) => answer === 'yes').length ?? 0;
  sum.no += ratings?.filter(({ answer }) => answer === 'no').length ?? 0;
  const cost = run.facts?.cost;
  if (cost) sum.paid = addCosts(sum.paid, cost);
  else if (usage && usage.modelCalls > 0) sum.unpaid += 1;
  sum.inputTokens += usage?.inputTokens ?? 0;
  sum.outputTokens += usage?.outputTokens ?? 0;
  if (openedAt !== undefined) sum.times.push(openedAt - run.createdAt);
}

function toTally(group: string, { times, paid, unpaid, ...sum }: Sum, prices: TokenPrice | undefined): Tally {
  const sorted = times.toSorted((a, b) => a - b);
  const ended = sum.done + sum.failed;
  return {
    group,
    ...sum,
    share: ended === 0 ? null : sum.done / ended,
    yesShare: sum.yes + sum.no === 0 ? null : sum.yes / (sum.yes + sum.no),
    opened: times.length,
    medianMs: quantile(sorted, 0.5),
    p90Ms: quantile(sorted, 0.9),
    ...(prices
      ? {
          cost: priceTokens(sum, prices),
          currency: null,
          incomplete: false,
        }
      : {
          cost: paid?.amount ?? null,
          currency: paid?.currency ?? null,
          incomplete: paid !== undefined && (unpaid > 0 || paid.incomplete === true),
        }),
  };
}
