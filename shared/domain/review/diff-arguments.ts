/**
 * Arguments of the `git diff` whose output `parseDiff` reads; base and head follow. They give the same files, renames
 * and hunks as GitLab, whose Gitaly runs `git diff --find-renames=30%` with three lines of context: a line that is in
 * one diff and not in the other would be refused as a position. Nothing of the machine's git configuration shines
 * through.
 */
export const DIFF_ARGUMENTS: readonly string[] = [
  '-c',
  'core.quotePath=true',
  '-c',
  'diff.algorithm=myers',
  'diff',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--find-renames=30%',
  '--unified=3',
  '--inter-hunk-context=0',
  '--no-indent-heuristic',
  '--full-index',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];
