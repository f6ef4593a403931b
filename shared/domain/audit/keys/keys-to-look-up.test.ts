import { expect, it } from 'vitest';
import { aChain, aMergeRequest, anIssue, aRepository, sha, someFacts } from '../../../../test/builders/audit.ts';
import { keysToLookUp } from './keys-to-look-up.ts';

it('asks for keys that changes name and nothing answers yet, those of bodies and other mapped projects included', () => {
  const repository = aRepository('a', {
    commits: aChain('a'),
    mergeRequests: [
      aMergeRequest(1, { squashCommitSha: sha('a'), title: 'PROJ-1 PROJ-9 PROJ-2', description: 'See OPS-4, UTF-8.' }),
    ],
  });
  const facts = someFacts({
    repositories: [repository],
    issues: [anIssue('PROJ-1')],
    lookups: [{ key: 'PROJ-9', answer: 'unknown', source: 'x' }],
  });
  expect(keysToLookUp(facts)).toEqual(['OPS-4', 'PROJ-2']);
});
