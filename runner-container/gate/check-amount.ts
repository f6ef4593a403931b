import type { ChangeList } from '../git/change.ts';
import { WORK_TREE_PROBLEMS } from '../git/work-tree-problem.ts';
import type { ChangePolicy } from './change-policy.ts';
import { isAllowed } from './is-allowed.ts';
import { formatBytes, measureAdded } from './measure-added.ts';
import type { GateRule, Violation } from './violation.ts';

/** Judges the change as a whole: how many files, how many bytes, and how much of the repository would be gone. */
export function checkAmount(
  { changes, truncated, problem, pathsBefore }: ChangeList,
  policy: ChangePolicy,
): Violation[] {
  const violations: Violation[] = [];
  if (problem) {
    violations.push({
      rule: 'too-many-files',
      message: `The change cannot be listed, because ${WORK_TREE_PROBLEMS[problem]}.`,
    });
  } else if (truncated || changes.length > policy.maxFiles) {
    const count = truncated ? 'More files than could be listed are changed' : `${changes.length} files are changed`;
    violations.push({ rule: 'too-many-files', message: `${count}; at most ${policy.maxFiles} are allowed.` });
  }
  // A file that is allowed in its size is not refused for it in the sum.
  const isSized = ({ path }: { path: string }) => !SIZE_RULES.some((rule) => isAllowed({ rule, path }, policy.allowed));
  const totalBytes = changes.filter(isSized).reduce((sum, change) => sum + measureAdded(change), 0);
  if (totalBytes > policy.maxTotalBytes) {
    violations.push({
      rule: 'change-too-large',
      message: `More than ${formatBytes(policy.maxTotalBytes)} is new in all files together.`,
    });
  }
  if (deletesTooMuch(changes, pathsBefore.length, policy)) {
    violations.push({
      rule: 'too-many-deletions',
      message: `The change would remove most of the repository (${pathsBefore.length} files before).`,
    });
  }
  return violations;
}

const SIZE_RULES: readonly GateRule[] = ['file-too-large', 'binary-too-large'];

function deletesTooMuch(changes: ChangeList['changes'], filesBefore: number, policy: ChangePolicy): boolean {
  const deleted = changes.filter(({ kind }) => kind === 'deleted').length;
  const added = changes.filter(({ kind }) => kind === 'added').length;
  if (deleted === 0) return false;
  if (deleted >= filesBefore && added === 0) return true;
  // Files that moved are a deletion and an addition in a work tree.
  const lost = deleted - added;
  return lost > policy.alwaysDeletableFiles && lost > filesBefore * policy.maxDeletedShare;
}
