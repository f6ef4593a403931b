import type { ErrorCode } from '../../kernel/errors.ts';
import type { CriteriaCounts } from '../criteria/judge-criteria.ts';

/** Why a run has not begun yet. Dashboards count these words: add freely, rename never. */
export type WaitReason =
  | 'concurrency'
  | 'budget'
  | 'claimed-elsewhere'
  | 'pipeline'
  | 'run-of-ticket'
  | 'review'
  | MonthWaitReason;

/**
 * A budget of the month: of the binding, of the deployment, or one of money where the model has no price. These runs
 * are looked at again when such a budget changes.
 */
export type MonthWaitReason = (typeof MONTH_WAIT_REASONS)[number];
export const MONTH_WAIT_REASONS = ['month-budget', 'deployment-budget', 'price-unknown'] as const;

/** Whether that is a wait until there is budget again, of the day or of the month. */
export function isBudgetWait(reason: unknown): boolean {
  return reason === 'budget' || MONTH_WAIT_REASONS.some((one) => one === reason);
}

/** How one attempt ended. `perform` always resolves to one of these and never throws. */
export type Outcome =
  | { kind: 'done'; result: RunResult }
  /** A newer task made this one pointless (a newer head, a cancelled issue). */
  | { kind: 'superseded'; reason: string }
  | { kind: 'retry'; code: ErrorCode; detail?: string; retryAfterMs?: number }
  /** It may not begin yet, through no fault of its own: no attempt was made. */
  | { kind: 'wait'; reason: WaitReason; until: number }
  /** It is for the runners of another image (absent: the default one), which are sent it: no attempt was made. */
  | { kind: 'move'; image?: string }
  | { kind: 'give-up'; code: ErrorCode; detail?: string };

/** What a finished run leaves in the ledger for people and reports. */
export interface RunResult {
  /**
   * One word: `merge-request`, `plan`, `question`, `no-changes`, `ready`, `reviewed`, `answered`, `audit-findings`,
   * `echo`; `shadow-change`, `shadow-nothing`, `shadow-review` where nothing but a report was made.
   */
  what: string;
  branch?: string;
  commitSha?: string;
  mergeRequestIid?: number;
  mergeRequestUrl?: string;
  summary?: string;
  /** Of a repaired pipeline: which failure it was, so that the same one is known again. */
  failure?: string;
  /** The steps the agent says it took, or the plan it made or carried out. */
  plan?: string;
  /** What the agent says about the acceptance criteria of the ticket; each is in the event `criteria`. */
  criteria?: CriteriaCounts;
  /** Of a review that has marked criteria: whose they are, and the commit it looked at. */
  issueKey?: string;
  headSha?: string;
  usage?: Usage;
}

/** Model usage of one run, summed over all its calls, sub-agents included. */
export interface Usage {
  modelCalls: number;
  inputTokens: number;
  outputTokens: number;
}
