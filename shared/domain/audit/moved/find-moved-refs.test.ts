import { expect, it } from 'vitest';
import { aChain, aRange, aRepository, sha, someFacts } from '../../../../test/builders/audit.ts';
import { auditRelease } from '../audit-release.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { findMovedRefs } from './find-moved-refs.ts';

const range = (from: string, to: string, toRef = 'main') => {
  const plain = aRange(to);
  return {
    ...plain,
    from: { ref: 'v2.3.0', sha: sha(from), committedAt: 'not-known' as const },
    to: { ...plain.to, ref: toRef },
  };
};
const audit = (one: RepositoryFacts['ranges'][number], commits: string[]) =>
  auditRelease(
    someFacts({ repositories: [aRepository('', { ranges: [one], commits: aChain(...commits) })] }),
    AuditPolicy.parse({}),
  );

it.each<[string, Parameters<typeof audit>, Parameters<typeof audit>, string[]]>([
  ['nothing when all is as it was', [range('x', 'a'), ['a']], [range('x', 'a'), ['a']], []],
  ['nothing when the branch went forward', [range('x', 'a'), ['a']], [range('x', 'b'), ['a', 'b']], []],
  ['a tag at the start that moved', [range('x', 'a'), ['a']], [range('y', 'a'), ['a']], ['group/app@v2.3.0']],
  ['a branch that was rewritten', [range('x', 'a'), ['a']], [range('x', 'b'), ['b']], ['group/app@main']],
  [
    'a tag at the end that moved',
    [range('x', 'a', 'v2.4.0'), ['a']],
    [range('x', 'b', 'v2.4.0'), ['a', 'b']],
    ['group/app@v2.4.0'],
  ],
])('finds %s', (_, before, after, expected) => {
  expect(findMovedRefs(audit(...before), audit(...after)).map((gap) => gap.subject)).toEqual(expected);
});
