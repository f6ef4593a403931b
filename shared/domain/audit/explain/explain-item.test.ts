import { describe, expect, it } from 'vitest';
import {
  aChain,
  aMergeRequest,
  anIssue,
  aRepository,
  askedInVain,
  sha,
  someFacts,
} from '../../../../test/builders/audit.ts';
import { auditRelease } from '../audit-release.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { explainItem } from './explain-item.ts';

const source = {
  id: 'issues',
  service: 'jira' as const,
  url: 'https://jira.example.com/x',
  readAt: '2026-11-28T12:00:00Z',
  sha256: null,
};
const repository = (path: string) =>
  aRepository('a', {
    repository: path,
    commits: aChain('a'),
    mergeRequests: [aMergeRequest(1, { squashCommitSha: sha('a'), title: 'PROJ-1: x', approvals: [] })],
  });
const report = auditRelease(
  someFacts({
    repositories: [repository('g/a'), repository('g/b')],
    issues: [anIssue('PROJ-1'), anIssue('PROJ-2')],
    sources: [source],
  }),
  AuditPolicy.parse({}),
);

describe('explainItem', () => {
  it('explains an issue with its story, links, changes, findings and sources', () => {
    const found = explainItem(report, 'proj-1');
    expect(found).toMatchObject({ kind: 'issue', key: 'PROJ-1', story: { coverage: 'code' }, sources: [source] });
    expect(found.kind === 'issue' && found.changes.map((change) => change.id)).toEqual(['g/a!1', 'g/b!1']);
  });

  it('explains why an issue is red', () => {
    const found = explainItem(report, 'PROJ-2');
    expect(found.kind === 'issue' && found.findings.map((finding) => finding.rule)).toEqual(['issue-without-code']);
  });

  it('explains a merge request with its findings', () => {
    const found = explainItem(report, 'g/a!1');
    expect(found.kind === 'change' && found.findings.map((finding) => finding.id)).toEqual(['mr-unapproved:g/a!1']);
  });

  it.each(['!1', sha('a').slice(0, 7)])('lists the rows that %s may mean', (item) => {
    const found = explainItem(report, item);
    expect(found.kind === 'ambiguous' && found.matches).toHaveLength(2);
  });

  it('explains a commit by the start of its SHA, with the findings of its change', () => {
    const one = { ...report, commits: report.commits.filter((commit) => commit.repository === 'g/a') };
    const found = explainItem(one, sha('a').slice(0, 9));
    expect(found).toMatchObject({ kind: 'commit', commit: { sha: sha('a') } });
    expect(found.kind === 'commit' && found.findings.map((finding) => finding.id)).toEqual(['mr-unapproved:g/a!1']);
  });

  it('explains a push without a merge request by the name that it has in every file of the audit', () => {
    const pushed = auditRelease(
      someFacts({ repositories: [aRepository('a', { commits: aChain('a'), askedCommits: askedInVain('a') })] }),
      AuditPolicy.parse({}),
    );
    const id = `group/app@${sha('a')}`;
    const found = explainItem(pushed, id);
    expect(found).toMatchObject({ kind: 'change', change: { id } });
    expect(found.kind === 'change' && found.findings.map((finding) => finding.rule)).toContain('commit-without-mr');
  });

  it('explains a commit by its repository and the start of its SHA', () => {
    expect(explainItem(report, `g/b@${sha('a').slice(0, 8)}`)).toMatchObject({
      kind: 'commit',
      commit: { sha: sha('a'), repository: 'g/b' },
    });
    expect(explainItem(report, `g/c@${sha('a').slice(0, 8)}`)).toEqual({ kind: 'unknown' });
  });

  it.each(['PROJ-99', 'abc', '!99', 'f'.repeat(40)])('does not know %s', (item) => {
    expect(explainItem(report, item)).toEqual({ kind: 'unknown' });
  });
});
