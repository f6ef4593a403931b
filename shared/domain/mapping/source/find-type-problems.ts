import { BRANCH_PREFIX } from '../../../kernel/text/branch-name.ts';
import type { Binding } from '../binding.ts';
import { listBranchPrefixes } from '../branch-of-issue.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { TYPE } from '../type-words.ts';
import { valueAt } from '../value-at.ts';
import { showValue } from './show-value.ts';

/**
 * Finds names and titles with `{type}` in a binding that has no words for types, and branches that a word would make
 * no branch of git. What stands in `defaults` is reported once. `groups` has the bindings that came of each entry of
 * the source.
 */
export function findTypeProblems(groups: readonly (readonly Binding[])[], source: unknown): SourceProblem[] {
  const problems = groups.flatMap(([binding], index) => (binding ? findProblems(binding, index, source) : []));
  const byPlace = Map.groupBy(problems, ({ path }) => JSON.stringify(path));
  return [...byPlace.values()].flatMap((same) => same.slice(0, 1));
}

function findProblems(binding: Binding, index: number, source: unknown): SourceProblem[] {
  if (binding.typeWords) return findBadPrefixes(binding, index, source);
  const using = listForms(binding).filter(([, form]) => form?.includes(TYPE));
  return using.map(([field]) => ({
    path: findPlace(index, field, source),
    isAboutKey: false,
    message: `${field} has {type} in it, and the binding has no type_words; write for example type_words: { Bug: fix, Story: feat, other: chore }`,
  }));
}

function listForms({ branchPrefix, commit, mergeRequest }: Binding): [field: string, form: string | undefined][] {
  const { title, description } = mergeRequest;
  return [
    ['branch_prefix', branchPrefix],
    ['commit.subject', commit.subject],
    ['merge_request.title', title],
    ['merge_request.description', description && 'text' in description ? description.text : undefined],
  ];
}

function findBadPrefixes(binding: Binding, index: number, source: unknown): SourceProblem[] {
  const bad = listBranchPrefixes(binding).find((prefix) => !BRANCH_PREFIX.test(prefix));
  if (bad === undefined) return [];
  const message = `branch_prefix makes ${showValue(bad)} of a word of type_words, which is not the beginning of a branch name`;
  return [{ path: findPlace(index, 'branch_prefix', source), isAboutKey: false, message }];
}

/** Where a field is written: in the binding, or else in the defaults. */
function findPlace(index: number, field: string, source: unknown): MappingPath {
  const places: MappingPath[] = [
    ['bindings', index, ...field.split('.')],
    ['defaults', ...field.split('.')],
  ];
  return places.find((path) => valueAt(source, path) !== undefined) ?? ['bindings', index];
}
