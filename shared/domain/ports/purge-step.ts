/** What a purge did up to its limit. */
export interface PurgeStep {
  purged: number;
  /** It stopped at its limit, so there may be more to delete. */
  more: boolean;
}
