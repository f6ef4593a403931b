/** What the agent may change, and how much at once. */
export interface ChangePolicy {
  /**
   * Globs. One without `/` matches that name in any directory; one that matches a directory protects all below it.
   * Upper and lower case are the same.
   */
  protectedPaths: readonly string[];
  maxFiles: number;
  maxFileBytes: number;
  maxBinaryBytes: number;
  maxTotalBytes: number;
  /** 0 to 1: the share of the repository's files one change may remove. */
  maxDeletedShare: number;
  /** So many files may be removed with any share, as long as something is left. */
  alwaysDeletableFiles: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The amounts that hold unless a deployment says otherwise; the protected paths are the binding's. */
export const DEFAULT_CHANGE_LIMITS: Omit<ChangePolicy, 'protectedPaths'> = {
  maxFiles: 300,
  maxFileBytes: 1 * MIB,
  maxBinaryBytes: 512 * KIB,
  maxTotalBytes: 10 * MIB,
  maxDeletedShare: 0.5,
  alwaysDeletableFiles: 10,
};
