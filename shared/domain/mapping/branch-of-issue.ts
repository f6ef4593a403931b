import type { Binding } from './binding.ts';
import { listWords, TYPE, wordOfType } from './type-words.ts';

/** What branches of a binding are named by. */
export type BranchNames = Pick<Binding, 'branchPrefix' | 'typeWords'>;

/** The branch of an issue of this type. */
export function branchOfIssue({ branchPrefix, typeWords }: BranchNames, issueKey: string, type: string | undefined) {
  return `${branchPrefix.replaceAll(TYPE, wordOfType(typeWords, type))}${issueKey}`;
}

/**
 * The branch beside that of an issue on which refused work is kept. It is the branch of no issue: a key ends with
 * digits.
 */
export function keptBranchOf(branch: string): string {
  return `${branch}--refused`;
}

/**
 * Every branch an issue may have, whatever its type was when work began: people change types, and the work stays where
 * it is.
 */
export function listBranchesOfIssue(names: BranchNames, issueKey: string): string[] {
  return listBranchPrefixes(names).map((prefix) => `${prefix}${issueKey}`);
}

/** All that a branch of the binding may begin with; one where no word of a type stands in it. */
export function listBranchPrefixes({ branchPrefix, typeWords }: BranchNames): string[] {
  if (!branchPrefix.includes(TYPE)) return [branchPrefix];
  return listWords(typeWords).map((word) => branchPrefix.replaceAll(TYPE, word));
}
