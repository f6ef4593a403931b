import { describe, expect, it } from 'vitest';
import {
  aCommit,
  aMergeRequest,
  anApproval,
  anIssue,
  aPerson,
  aPipeline,
  aVersion,
  sha,
} from '../../../../test/builders/audit.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { checkMergeRequest, type MergeRequestCheckFacts } from './check-merge-request.ts';
import { MergeRequestCheck } from './merge-request-check.ts';

function check({
  request,
  mergeRequest,
  ...rest
}: Partial<Omit<MergeRequestCheckFacts, 'request' | 'mergeRequest'>> & {
  request?: Partial<MergeRequestCheckFacts['request']>;
  mergeRequest?: Partial<MergeRequestCheckFacts['mergeRequest']>;
}) {
  const facts: MergeRequestCheckFacts = {
    request: {
      fixVersion: null,
      projects: ['PROJ'],
      mappedProjects: ['PROJ'],
      scope: {},
      now: '2026-11-28T12:00:00Z',
      toolVersion: '0.1.0',
      agentUsername: 'cmap-bot',
      ...request,
    },
    repository: {
      repository: 'group/app',
      projectId: 7,
      url: 'https://gitlab.example.com/group/app',
      formerPaths: [],
      paths: [],
      mergeMethod: 'merge',
      source: 's',
    },
    mergeRequest: aMergeRequest(1, {
      state: 'opened',
      mergedAt: null,
      sha: sha('b'),
      headPipeline: aPipeline('b', { status: 'running' }),
      ...mergeRequest,
    }),
    commits: [aCommit('a', { parents: ['base'] }), aCommit('b', { parents: ['a'] })],
    issues: [anIssue('PROJ-1', { fixVersions: [] })],
    lookups: [],
    versions: [],
    agentRuns: [],
    sources: [],
    gaps: [],
    ...rest,
  };
  return checkMergeRequest(
    facts,
    AuditPolicy.parse({
      waivers: [{ rule: 'issue-not-done', match: 'X-1', reason: 'r', by: 'b', until: '2026-01-01' }],
    }),
  );
}

const rules = (found: MergeRequestCheck) => found.findings.map((finding) => finding.rule);

describe('checkMergeRequest', () => {
  it('is clean while its own pipeline runs, whatever the version and other waivers say', () => {
    const found = check({});
    expect(found).toMatchObject({ result: 'clean', findings: [], gaps: [] });
    expect(MergeRequestCheck.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  it.each<[string, Parameters<typeof check>[0], string[]]>([
    ['a ticket that is missing', { mergeRequest: { title: 'x' } }, ['commit-without-ticket']],
    ['an approval that is missing', { mergeRequest: { approvals: [] } }, ['mr-unapproved']],
    ['an approval of its author', { mergeRequest: { approvals: [anApproval('ann')] } }, ['mr-self-approved']],
    [
      'a pipeline that failed',
      { mergeRequest: { headPipeline: aPipeline('b', { status: 'failed' }) } },
      ['pipeline-failed'],
    ],
    [
      'a ticket outside the version',
      { request: { fixVersion: '2.4.0' }, versions: [aVersion('PROJ')] },
      ['ticket-not-in-version'],
    ],
    [
      'a ticket Jira does not know',
      { issues: [], lookups: [{ key: 'PROJ-1', answer: 'unknown', source: 'x' }] },
      ['ticket-unknown'],
    ],
    [
      'a change of the agent with one approval',
      { commits: [aCommit('b', { parents: ['base'], trailers: [{ key: 'Cmap-Run', value: 'r' }] })] },
      ['agent-change-without-independent-human'],
    ],
  ])('finds %s', (_, facts, expected) => {
    const found = check(facts);
    expect(rules(found)).toEqual(expected);
    expect(found.result).toBe('findings');
  });

  it('is incomplete when approvals are not known', () => {
    const found = check({ mergeRequest: { approvals: 'not-known', author: aPerson('ann') } });
    expect(found).toMatchObject({ result: 'incomplete' });
    expect(rules(found)).toEqual(['incomplete']);
  });
});
