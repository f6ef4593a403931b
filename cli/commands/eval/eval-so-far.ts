import type { EvalBegun, EvalResult } from '../../../shared/domain/runs/eval-report.ts';

/** What an evaluation has said so far. */
export interface EvalReport {
  begun?: EvalBegun;
  results: EvalResult[];
  stopped: { model: string | null; reason: string }[];
}
