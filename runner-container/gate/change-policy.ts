import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { createPathMatcher } from '../../shared/domain/paths/create-path-matcher.ts';
import type { AllowedFile } from '../../shared/domain/runs/refused-work.ts';
import { MAX_READABLE_BYTES } from '../git/read-added-text.ts';

/** What the agent may change, and how much at once. */
export interface ChangePolicy {
  /**
   * Globs. One without `/` matches that name in any directory; one that matches a directory protects all below it.
   * Upper and lower case are the same.
   */
  protectedPaths: readonly string[];
  /** Globs of all that may be changed; absent where that is the whole repository. Here, case has to be right. */
  paths?: readonly string[];
  maxFiles: number;
  /** New text in one file. */
  maxFileBytes: number;
  maxBinaryBytes: number;
  /** All that is new together. */
  maxTotalBytes: number;
  /** No file above this can be looked through for credentials. */
  maxReadableBytes: number;
  /** 0 to 1: the share of the repository's files one change may remove. */
  maxDeletedShare: number;
  /** What a person lets pass for this run. */
  allowed: readonly AllowedFile[];
  /** This many files may be removed in any repository, as long as something is left. */
  alwaysDeletableFiles: number;
}

const KIB = 1024;
const ALWAYS_DELETABLE_FILES = 10;

/** Where people say what the gate lets pass, in any repository. */
const OWN_DIRECTORY = '.cmap/**';

/** Whether a path is one where people say what the gate lets pass. */
export function isOwnPath(path: string): boolean {
  return createPathMatcher([OWN_DIRECTORY])(path) !== undefined;
}

/** What a change is judged by. */
export type JudgedBinding = Pick<Binding, 'protectedPaths' | 'paths' | 'limits'>;

/** The rules of the binding, and those that no binding changes, without what is allowed for this run. */
export function toChangePolicy(
  { protectedPaths, paths, limits }: JudgedBinding,
  allowed: readonly AllowedFile[] = [],
): ChangePolicy {
  return {
    protectedPaths: [...protectedPaths, OWN_DIRECTORY],
    ...(paths ? { paths } : {}),
    maxFiles: limits.maxFiles,
    maxFileBytes: limits.maxFileKb * KIB,
    maxBinaryBytes: limits.maxBinaryKb * KIB,
    maxTotalBytes: limits.maxChangeKb * KIB,
    maxReadableBytes: MAX_READABLE_BYTES,
    maxDeletedShare: limits.maxDeletedPercent / 100,
    allowed,
    alwaysDeletableFiles: ALWAYS_DELETABLE_FILES,
  };
}
