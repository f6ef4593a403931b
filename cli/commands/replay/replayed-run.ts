/** The run as it was, in what is compared. */
export interface ReplayedRun {
  runId: string;
  outcome: string;
  model: string | null;
  inputTokens: number;
  outputTokens: number;
  /** From the beginning of its first session to the last check. */
  durationMs: number | null;
  checks: number | null;
  files: number | null;
  /** `null` where none is kept. */
  patch: string | null;
}
