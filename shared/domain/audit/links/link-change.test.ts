import { expect, it } from 'vitest';
import {
  aChain,
  aCommit,
  aMergeRequest,
  anIssue,
  aRepository,
  askedInVain,
  sha,
  someFacts,
} from '../../../../test/builders/audit.ts';
import { auditRelease } from '../audit-release.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { changeLabel } from '../report/change-label.ts';

const ORPHAN = 'group/app!1';
const PUSH = `group/app@${sha('b')}`;

function linksOf(title: string, ...labels: string[]) {
  const repository = aRepository('b', {
    commits: [...aChain('a'), aCommit('b', { parents: ['a'], subject: 'Raise the limits' })],
    mergeRequests: [aMergeRequest(1, { squashCommitSha: sha('a'), title, sourceCommits: [aCommit('x')] })],
    askedCommits: askedInVain('b'),
  });
  const issues = labels.map((label, index) => anIssue(`PROJ-${index + 5}`, { labels: [label] }));
  const { links } = auditRelease(someFacts({ repositories: [repository], issues }), AuditPolicy.parse({}));
  return links.map(({ change, key, via, covers, ticket }) => `${change} ${key} ${via} ${covers} ${ticket}`);
}

it('links a change without a key, and a direct push, to the tickets that were created for them', () => {
  expect(linksOf('Tidy up', changeLabel(ORPHAN), changeLabel(PUSH)).sort()).toEqual([
    `${ORPHAN} PROJ-5 ticket true in-version`,
    `${PUSH} PROJ-6 ticket true in-version`,
  ]);
});

it('does not look for one where the change names a ticket itself', () => {
  expect(linksOf('PROJ-6: Tidy up', changeLabel(ORPHAN), 'another')).toEqual([
    `${ORPHAN} PROJ-6 title true in-version`,
  ]);
});

it('takes no other label for one', () => {
  expect(linksOf('Tidy up', changeLabel('group/other!1'), 'cmap-change-')).toEqual([]);
});
