import { EVAL_OUTCOMES, type EvalBegun, type EvalResult } from '../../../shared/domain/runs/eval-report.ts';
import type { EvalReport } from './eval-so-far.ts';

/** What one model has done with the tickets. */
export interface EvalSummary extends Record<EvalResult['outcome'], number> {
  model: string | null;
  /** Every ticket has been judged: none failed, and none was left out. */
  isWhole: boolean;
  inputTokens: number;
  outputTokens: number;
  /** `null` where no price is known of the model. */
  cost: { amount: number; currency: string } | null;
  durationMs: number;
}

/** The sums for each model, in the order they were named. */
export function summarizeEval({ results }: EvalReport, { models, tickets }: EvalBegun): EvalSummary[] {
  return models.map((model) => {
    const own = results.filter((result) => result.model === model);
    const sum = (pick: (result: EvalResult) => number) => own.reduce((total, result) => total + pick(result), 0);
    const count = (outcome: EvalResult['outcome']) => own.filter((result) => result.outcome === outcome).length;
    const [solved, refused, unsolved, failed] = EVAL_OUTCOMES.map(count) as [number, number, number, number];
    const currency = own.find(({ cost }) => cost)?.cost?.currency;
    const amount = Math.round(sum(({ cost }) => cost?.amount ?? 0) * 1_000_000) / 1_000_000;
    return {
      model,
      solved,
      refused,
      unsolved,
      failed,
      isWhole: own.length === tickets.length && failed === 0,
      inputTokens: sum(({ usage }) => usage.inputTokens),
      outputTokens: sum(({ usage }) => usage.outputTokens),
      cost: currency === undefined ? null : { amount, currency },
      durationMs: sum(({ durationMs }) => durationMs),
    };
  });
}
