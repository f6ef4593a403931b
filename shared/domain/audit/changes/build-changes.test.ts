import { expect, it } from 'vitest';
import { aCommit, aMergeRequest, aRepository, sha } from '../../../../test/builders/audit.ts';
import type { CommitFacts } from '../facts/commit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import { buildChanges } from './build-changes.ts';

const shop = aCommit('shop', { paths: ['services/shop/a.ts'] });
const other = aCommit('other', { paths: ['docs/x.md'] });
/** Main merged into the branch: its difference from its first parent is what main had. */
const inner = aCommit('inner', { parents: ['shop', 'main'], paths: ['docs/x.md'] });
const merge = aCommit('merge', { parents: ['main', 'inner'], paths: ['docs/y.md'] });

/** Whether a merge request of these commits counts for the paths of a binding. */
function inScope(paths: string[], commits: CommitFacts[], facts: Partial<MergeRequestFacts> = {}): boolean | undefined {
  const repository = aRepository('', { paths });
  const head = commits[0]?.sha ?? '';
  const [change] = buildChanges(repository, {
    commits,
    mergeRequests: [
      {
        facts: aMergeRequest(1, facts),
        method: 'fast-forward',
        mergedSha: head,
        commits: commits.map((one) => one.sha),
        carriers: [],
      },
    ],
    direct: [],
    unattributed: [],
    leftovers: [],
    unreachable: [],
    missingEnds: [],
  });
  return change?.inScope;
}

it.each([
  { name: 'a commit below it', commits: [shop], expected: true },
  { name: 'commits beside it', commits: [other], expected: false },
  { name: 'a fast-forward that ends with a merge of main', commits: [inner, shop], expected: true },
  { name: 'a merge of main beside it, which may have a change of its own', commits: [inner, other], expected: true },
  { name: 'a commit whose paths do not show', commits: [aCommit('hidden', { paths: [] })], expected: true },
])('counts a merge request for a path: $name', ({ commits, expected }) => {
  expect(inScope(['services/shop'], commits)).toBe(expected);
});

it('takes what the merge commit brought for the whole of its merge request', () => {
  const facts = { mergeCommitSha: sha('merge') };
  expect(inScope(['services/shop'], [merge, inner, shop], facts)).toBe(false);
  expect(inScope(['docs'], [merge, inner, shop], facts)).toBe(true);
});

it.each([
  ['/services/shop', 'services/shop/a.ts', true],
  ['/services/shop/', 'services/shop/a.ts', true],
  ['/services', 'docs/services/a.ts', false],
  ['apps/[id]', 'apps/[id]/page.tsx', true],
  ['apps/(main)', 'apps/(main)/page.tsx', true],
  ['services/*/api', 'services/shop/api', true],
])('reads %s as people mean it: %s', (glob, path, expected) => {
  expect(inScope([glob], [aCommit('one', { paths: [path] })])).toBe(expected);
});
