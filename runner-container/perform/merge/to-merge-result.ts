import type { TargetMergeNote } from '../../../shared/domain/messages/format-target-merge.ts';

/** What the record of a run keeps of a merge. */
export function toMergeResult(
  merge: TargetMergeNote,
  { sourceBranch: branch }: { sourceBranch: string },
): { what: string; branch: string; commitSha?: string } {
  return { what: WORDS[merge.what], branch, ...(merge.what === 'merged' ? { commitSha: merge.commitSha } : {}) };
}

const WORDS = {
  'up-to-date': 'up-to-date',
  merged: 'target-merged',
  unresolved: 'merge-conflict',
} as const satisfies Record<TargetMergeNote['what'], string>;
