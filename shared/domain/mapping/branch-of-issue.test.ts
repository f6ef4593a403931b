import { describe, expect, it } from 'vitest';
import { aBinding } from '../../../test/builders/bindings.ts';
import { findTicketOfBranch } from '../tasks/find-ticket-of-branch.ts';
import { branchOfIssue, listBranchesOfIssue } from './branch-of-issue.ts';

const typeWords = { Bug: 'fix', Story: 'feat', Task: 'feat', other: 'chore' };
const typed = aBinding({ branch_prefix: '{type}/', type_words: typeWords });

describe('branchOfIssue', () => {
  it.each([
    { type: 'Bug', branch: 'fix/PROJ-7' },
    { type: 'STORY', branch: 'feat/PROJ-7' },
    { type: 'Epic', branch: 'chore/PROJ-7' },
    { type: undefined, branch: 'chore/PROJ-7' },
  ])('of an issue of type $type is $branch', ({ type, branch }) => {
    expect(branchOfIssue(typed, 'PROJ-7', type)).toBe(branch);
  });

  it('has no word where the prefix has no place for one', () => {
    expect(branchOfIssue(aBinding({ type_words: typeWords }), 'PROJ-7', 'Bug')).toBe('agent/PROJ-7');
  });
});

it('an issue may have each branch once, whatever its type was', () => {
  expect(listBranchesOfIssue(typed, 'PROJ-7')).toEqual(['fix/PROJ-7', 'feat/PROJ-7', 'chore/PROJ-7']);
});

it.each(['fix/PROJ-7', 'feat/PROJ-7', 'chore/PROJ-7'])('%s is known again as the branch of its ticket', (branch) => {
  expect(findTicketOfBranch(branch, [typed])).toMatchObject({ issueKey: 'PROJ-7', binding: typed });
});

it.each([
  '{type}/PROJ-7',
  'docs/PROJ-7',
  'PROJ-7',
  'fix/OPS-7',
  'fix/PROJ-7-more',
  'fix/PROJ-7--refused',
  'fix/feat/PROJ-7',
])('%s is no branch of ours', (branch) => {
  expect(findTicketOfBranch(branch, [typed])).toBeUndefined();
});
