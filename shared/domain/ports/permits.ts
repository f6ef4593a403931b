/** A run at work: it holds the lease on its scope as long as its runner lives. */
export interface PermitHolder {
  runId: string;
  scope: string;
  /** The holder of the scope's lease. */
  holder: string;
}

/**
 * How many runs of a pool work at once, exact over all runners: a pool is one row, changed by compare-and-set.
 *
 * A permit has no time of its own. It counts while its holder has an unexpired lease on its scope, so that a runner
 * that died frees its permit with its lease. A lease that lapsed is gone before its runner stops work by at most a
 * quarter of the lease; for that moment one run more than allowed may be ending.
 */
export interface Permits {
  /**
   * `full` also notes the run as waiting, to be named by a later release. Taking again with the same holder changes
   * nothing.
   */
  take(pool: string, holder: PermitHolder, max: number): Promise<'taken' | 'full'>;
  /** Frees the permit and resolves to the runs that are next; they are not waiting any more. */
  release(pool: string, holder: PermitHolder, max: number): Promise<string[]>;
  /**
   * Frees the permits of holders that died, in every pool in which runs wait, and resolves to as many of these as
   * permits became free; they are not waiting any more. In a pool that no run holds at all, as after its limit was
   * lifted, one run that waits is named.
   */
  releaseDead(): Promise<string[]>;
}
