import { describe, expect, it } from 'vitest';
import {
  aChain,
  aCommit,
  aMergeRequest,
  anApproval,
  anIssue,
  aPerson,
  aPipeline,
  aRange,
  aRepository,
  askedInVain,
  at,
  aVersion,
  sha,
  someFacts,
} from '../../../test/builders/audit.ts';
import { auditRelease } from './audit-release.ts';
import type { AuditFacts } from './facts/audit-facts.ts';
import type { MergeRequestFacts } from './facts/merge-request.ts';
import type { RepositoryFacts } from './facts/repository.ts';
import { AuditPolicy, type AuditPolicyInput } from './policy/audit-policy.ts';

/** One squash commit `a` of !1, which is PROJ-1's. */
function oneChange(
  mergeRequest: Partial<MergeRequestFacts> = {},
  repository: Partial<RepositoryFacts> = {},
): RepositoryFacts {
  return aRepository('a', {
    commits: aChain('a'),
    mergeRequests: [aMergeRequest(1, { squashCommitSha: sha('a'), sourceCommits: [aCommit('x')], ...mergeRequest })],
    ...repository,
  });
}

interface Case {
  name: string;
  facts: Parameters<typeof someFacts>[0];
  policy?: AuditPolicyInput;
  /** `rule subject`, without what is waived. */
  findings: string[];
  coverage?: Record<string, string>;
}

function auditCase({ facts, policy }: Pick<Case, 'facts' | 'policy'>) {
  return auditRelease(someFacts(facts), AuditPolicy.parse(policy ?? {}));
}

function check({ name: _, findings, coverage, ...rest }: Case): void {
  const report = auditCase(rest);
  expect(report.findings.filter((one) => one.waived === null).map((one) => `${one.rule} ${one.subject.id}`)).toEqual(
    findings,
  );
  if (coverage)
    expect(Object.fromEntries(report.stories.map((story) => [story.key, story.coverage]))).toEqual(coverage);
}

const done = [anIssue('PROJ-1')];
const A = 'group/app';

describe('a clean release', () => {
  it('has no findings, full coverage and the result clean', () => {
    const report = auditCase({ facts: { repositories: [oneChange()], issues: done } });
    expect(report.findings).toEqual([]);
    expect(report.summary).toMatchObject({ result: 'clean', coverage: { withNetCode: 1, needCode: 1, ratio: 1 } });
  });
});

describe('tickets of a change', () => {
  const titled = (title: string, more: Partial<AuditFacts> = {}, sourceBranch = 'x'): Case['facts'] => ({
    repositories: [oneChange({ title, sourceBranch })],
    issues: done,
    ...more,
  });
  const cases: Case[] = [
    {
      name: 'names a key by its branch in any case',
      facts: titled('change', {}, 'feature/proj-1-login'),
      findings: [],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'covers nothing by a key that stands in a body only',
      facts: {
        repositories: [oneChange({ title: 'change', description: 'See PROJ-1.' })],
        issues: done,
      },
      findings: ['issue-without-code PROJ-1', `commit-without-ticket ${A}!1`],
      coverage: { 'PROJ-1': 'none' },
    },
    {
      name: 'takes names of standards and of projects that are not mapped for no key',
      facts: titled('UTF-8, SHA-1, ISO-8601, CVE-2026-41284 and OTHER-7'),
      findings: ['issue-without-code PROJ-1', `commit-without-ticket ${A}!1`],
    },
    {
      name: 'tells a ticket of another mapped project',
      facts: titled('PROJ-1 OPS-2: both'),
      findings: [`ticket-of-other-project ${A}!1`],
    },
    {
      name: 'tells a ticket Jira does not know from one that may not be read',
      facts: titled('PROJ-1 PROJ-8 PROJ-9', {
        lookups: [
          { key: 'PROJ-8', answer: 'unknown', source: 'lookup' },
          { key: 'PROJ-9', answer: 'forbidden', source: 'lookup' },
        ],
      }),
      findings: [`ticket-unknown ${A}!1`, `ticket-forbidden ${A}!1`],
    },
    {
      name: 'follows an issue that has moved to its new key',
      facts: titled('OPS-5: change', {
        lookups: [{ key: 'OPS-5', answer: 'moved', movedTo: 'PROJ-1', source: 'lookup' }],
      }),
      findings: [],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'finds a ticket that is in no or another version',
      facts: titled('PROJ-1 PROJ-2', {
        issues: [...done, anIssue('PROJ-2', { fixVersions: [{ id: 'v9', name: '2.5.0' }] })],
      }),
      findings: [`ticket-not-in-version ${A}!1`],
    },
    {
      name: 'says incomplete when Jira gave no answer about a key',
      facts: titled('PROJ-1 PROJ-8'),
      findings: ['incomplete PROJ-8'],
    },
    {
      name: 'lets a subtask count for its parent, in the version or not',
      facts: titled('PROJ-2: part', {
        issues: [
          anIssue('PROJ-1', { subtasks: ['PROJ-2'] }),
          anIssue('PROJ-2', { subtask: true, type: 'Sub-task', parent: 'PROJ-1', fixVersions: [] }),
        ],
      }),
      findings: [],
      coverage: { 'PROJ-1': 'subtask' },
    },
    {
      name: 'asks no code of an epic, and reports it as accepted',
      facts: titled('PROJ-1', {
        issues: [...done, anIssue('PROJ-3', { type: 'Epic' }), anIssue('PROJ-4', { labels: ['No-Code'] })],
      }),
      findings: [],
      coverage: { 'PROJ-1': 'code', 'PROJ-3': 'no-code-needed', 'PROJ-4': 'no-code-needed' },
    },
    {
      name: 'finds a project without the version that another project has',
      facts: titled('PROJ-1', { request: { projects: ['PROJ', 'OPS'] } as never }),
      findings: ['ticket-not-in-version OPS'],
    },
    {
      name: 'says incomplete when no project has the version',
      facts: titled('PROJ-1', { versions: [] }),
      findings: ['incomplete 2.4.0'],
    },
    {
      name: 'says incomplete when Jira counts more issues in the version than the search showed',
      facts: titled('PROJ-1', { versions: [aVersion('PROJ', { fixedIssueCount: 2 })] }),
      findings: ['incomplete PROJ 2.4.0'],
    },
  ];
  it.each(cases)('$name', check);
});

describe('code of an issue', () => {
  const open = aMergeRequest(2, { title: 'PROJ-2: x', state: 'opened', mergedAt: null });
  const elsewhere = aMergeRequest(2, { title: 'PROJ-2: x', targetBranch: 'release/2.3', mergeCommitSha: sha('far') });
  const early = aMergeRequest(2, { title: 'PROJ-2: x', mergedAt: at(-10), mergeCommitSha: sha('old') });
  const two = (more: MergeRequestFacts[], issue = anIssue('PROJ-2'), rest: Partial<AuditFacts> = {}): Case['facts'] => {
    const repository = oneChange();
    return {
      repositories: [{ ...repository, mergeRequests: [...repository.mergeRequests, ...more] }],
      issues: [...done, issue],
      ...rest,
    };
  };
  const cases: Case[] = [
    { name: 'finds an issue nothing belongs to', facts: two([]), findings: ['issue-without-code PROJ-2'] },
    {
      name: 'finds an issue whose only merge request is open',
      facts: two([open]),
      findings: ['issue-only-open-mr PROJ-2'],
    },
    {
      name: 'finds an issue merged into another branch',
      facts: two([elsewhere, open]),
      findings: ['issue-merged-elsewhere PROJ-2'],
    },
    {
      name: 'finds an issue that an earlier release brought',
      facts: two([early, open]),
      findings: ['issue-in-earlier-release PROJ-2'],
    },
    {
      name: 'believes an earlier audit about an earlier release',
      facts: two([], anIssue('PROJ-2'), {
        earlierReleases: [{ key: 'PROJ-2', release: '2.3.0', source: 'audit 2.3.0' }],
      }),
      findings: ['issue-in-earlier-release PROJ-2'],
    },
    {
      name: 'lets an issue be incorporated by another one',
      facts: two(
        [],
        anIssue('PROJ-2', { links: [{ type: 'Incorporates', relation: 'is incorporated by', key: 'PROJ-1' }] }),
      ),
      findings: [],
      coverage: { 'PROJ-1': 'code', 'PROJ-2': 'incorporated' },
    },
    {
      name: 'finds an issue that is not done',
      facts: two([], anIssue('PROJ-2', { type: 'Documentation', status: 'Doing', statusCategory: 'indeterminate' })),
      findings: ['issue-not-done PROJ-2'],
    },
    {
      name: 'asks no code of an issue resolved as not to be done',
      facts: two([], anIssue('PROJ-2', { resolution: "Won't Do" })),
      findings: [],
    },
    {
      name: 'finds code of an issue resolved as not to be done',
      facts: { repositories: [oneChange()], issues: [anIssue('PROJ-1', { resolution: "won't do" })] },
      findings: ['issue-resolved-without-change PROJ-1'],
    },
    {
      name: 'finds an issue reopened after its merge, and not one reopened before',
      facts: { repositories: [oneChange()], issues: [anIssue('PROJ-1', { reopenedAt: [at(50), at(200)] })] },
      findings: ['issue-reopened-after-merge PROJ-1'],
    },
    {
      name: 'finds an issue added after the freeze',
      facts: { repositories: [oneChange()], issues: [anIssue('PROJ-1', { addedToVersionAt: at(60) })] },
      policy: { freeze: { '2.4.0': '2026-11-01T01:30:00+01:00' } },
      findings: ['issue-added-after-freeze PROJ-1'],
    },
  ];
  it.each(cases)('$name', check);

  it('names the missing back-port by the other fix version', () => {
    const issue = anIssue('PROJ-2', {
      fixVersions: [
        { id: 'v-PROJ', name: '2.4.0' },
        { id: 'v8', name: '2.3.1' },
      ],
    });
    const [finding] = auditCase({ facts: two([elsewhere], issue) }).findings;
    expect(finding?.detail).toContain('It is also in 2.3.1: the back-port for 2.4.0 is missing.');
  });

  it('counts the same twice in no coverage: three keys in one change, one change for two stories', () => {
    const report = auditCase({
      facts: { repositories: [oneChange({ title: 'PROJ-1 PROJ-2 PROJ-1' })], issues: [...done, anIssue('PROJ-2')] },
    });
    expect(report.summary.coverage).toEqual({ withNetCode: 2, needCode: 2, ratio: 1 });
    expect(report.links.map((link) => link.key)).toEqual(['PROJ-1', 'PROJ-2']);
  });
});

describe('reverts', () => {
  const revert = (name: string, of: string, subject: string, parent: string) =>
    aCommit(name, { parents: [parent], subject, body: `This reverts commit ${sha(of)}.` });
  const a = aCommit('a', { parents: ['before'], subject: 'PROJ-1: x' });
  const r = revert('r', 'a', 'Revert "PROJ-1: x"', 'a');
  const rr = revert('rr', 'r', 'Revert "Revert "PROJ-1: x""', 'r');
  const squash = (iid: number, name: string, title: string, more: Partial<MergeRequestFacts> = {}) =>
    aMergeRequest(iid, {
      squashCommitSha: sha(name),
      title,
      sourceBranch: `b${iid}`,
      sourceCommits: [aCommit('x')],
      ...more,
    });
  const one = squash(1, 'a', 'PROJ-1: x');
  const two = squash(2, 'r', 'Revert "PROJ-1: x"');
  const three = squash(3, 'rr', 'Revert "Revert "PROJ-1: x""');
  const release = (
    to: string,
    commits: RepositoryFacts['commits'],
    mergeRequests: MergeRequestFacts[],
    more = {},
    issues = done,
  ): Case['facts'] => ({
    repositories: [aRepository(to, { commits, mergeRequests, ...more })],
    issues,
  });
  const cases: Case[] = [
    {
      name: 'net out, and what they took away is claimed no more',
      facts: release('r', [a, r], [one, two]),
      findings: ['reverted-but-claimed PROJ-1'],
      coverage: { 'PROJ-1': 'none' },
    },
    {
      name: 'that were reverted leave the change on again',
      facts: release('rr', [a, r, rr], [one, two, three]),
      findings: [],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'are read from the description of a squashed merge request',
      facts: release(
        'r',
        [a, aCommit('r', { parents: ['a'], subject: 'Revert "PROJ-1: x"' })],
        [one, squash(2, 'r', 'Revert "PROJ-1: x"', { description: 'This reverts merge request !1' })],
      ),
      findings: ['reverted-but-claimed PROJ-1'],
    },
    {
      name: 'are read from the branch that the button makes',
      facts: release(
        'r',
        [a, aCommit('r', { parents: ['a'], subject: 'Take it back' })],
        [one, squash(2, 'r', 'Revert "PROJ-1: x"', { sourceBranch: `revert-${sha('a').slice(0, 8)}` })],
      ),
      findings: ['reverted-but-claimed PROJ-1'],
    },
    {
      name: 'of a merge take back everything it brought',
      facts: release(
        'r',
        [
          aCommit('b', { parents: ['before'] }),
          aCommit('M', { parents: ['before', 'b'] }),
          revert('r', 'M', 'Revert "Merge branch \'x\'"', 'M'),
        ],
        [aMergeRequest(1, { mergeCommitSha: sha('M'), sourceCommits: [aCommit('b')] }), two],
      ),
      findings: ['reverted-but-claimed PROJ-1'],
    },
    {
      name: 'of a revert before the range bring the change into this release',
      facts: release('rr', [aCommit('rr', { ...rr, parents: ['before'] })], [three]),
      findings: [],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'of work before the range cover nothing',
      facts: release('r', [aCommit('r', { ...r, parents: ['before'] })], [one, two]),
      findings: ['issue-merged-elsewhere PROJ-1'],
    },
    {
      name: 'of a commit of another branch need no ticket',
      facts: release('r', [aCommit('r', { ...r, parents: ['before'] })], [two], { elsewhere: [a] }),
      findings: ['issue-merged-elsewhere PROJ-1'],
    },
    {
      name: 'that are so by their title only need a ticket',
      facts: release(
        'r',
        [aCommit('r', { parents: ['before'], subject: 'Revert "x"' })],
        [squash(2, 'r', 'Revert "x"')],
      ),
      findings: ['issue-without-code PROJ-1', `commit-without-ticket ${A}!2`],
    },
    {
      name: 'of a commit that no history has need a ticket',
      facts: release('r', [aCommit('r', { ...r, parents: ['before'] })], [two]),
      findings: ['issue-without-code PROJ-1', `commit-without-ticket ${A}!2`],
    },
    {
      name: 'of their own merge request need a ticket',
      facts: release(
        'M',
        [
          aCommit('r', { parents: ['before'], subject: 'Revert "x"', body: 'This reverts merge request !2' }),
          aCommit('M', { parents: ['before', 'r'] }),
        ],
        [
          aMergeRequest(2, {
            mergeCommitSha: sha('M'),
            title: 'Revert "x"',
            sourceBranch: 'x',
            sourceCommits: [aCommit('x')],
          }),
        ],
      ),
      findings: ['issue-without-code PROJ-1', `commit-without-ticket ${A}!2`],
    },
    {
      name: 'take back no later commit of the same subject',
      facts: release(
        'a',
        [
          aCommit('r', { parents: ['before'], subject: 'Revert "PROJ-1: x"' }),
          aCommit('a', { parents: ['r'], subject: 'PROJ-1: x' }),
        ],
        [one, two],
      ),
      findings: [`commit-without-ticket ${A}!2`],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'take back the nearest of two commits of the same subject before them',
      facts: release(
        'r',
        [
          aCommit('a', { parents: ['before'], subject: 'Change it' }),
          aCommit('b', { parents: ['a'], subject: 'Change it' }),
          aCommit('r', { parents: ['b'], subject: 'Revert "Change it"' }),
        ],
        [
          squash(1, 'a', 'Change it', { sourceBranch: 'proj-1' }),
          squash(2, 'b', 'Change it', { sourceBranch: 'proj-2' }),
          squash(3, 'r', 'Revert "Change it"'),
        ],
        {},
        [...done, anIssue('PROJ-2')],
      ),
      findings: ['reverted-but-claimed PROJ-2'],
      coverage: { 'PROJ-1': 'code', 'PROJ-2': 'none' },
    },
    {
      name: 'that name a commit take back no other one of the same subject',
      facts: release(
        'r',
        [a, aCommit('r', { parents: ['a'], subject: 'Revert "PROJ-1: x"', body: `This reverts commit ${sha('z')}.` })],
        [one, two],
      ),
      findings: [`commit-without-ticket ${A}!2`],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'on main that the release branch lacks are found',
      facts: release('a', [a], [one], { elsewhere: [{ ...r, branches: ['develop'] }] }),
      findings: [`revert-missing-here ${A}!1`],
    },
    {
      name: 'on main that were reverted there too are not missed here',
      facts: release('a', [a], [one], { elsewhere: [r, { ...rr, committedAt: at(5) }] }),
      findings: [],
    },
    {
      name: 'on main of the original of a cherry-pick are found',
      facts: release(
        'p',
        [aCommit('p', { parents: ['before'], subject: 'PROJ-1: x', body: `(cherry picked from commit ${sha('a')})` })],
        [squash(1, 'p', 'PROJ-1: x')],
        { elsewhere: [a, r] },
      ),
      findings: [`revert-missing-here ${A}!1`],
    },
    {
      name: 'that came to one of two audited branches are missed on the other',
      facts: release('r', [{ ...a, branches: ['main', 'release'] }, r], [one, two], {
        ranges: [aRange('r'), aRange('a', 'release')],
      }),
      findings: [`revert-missing-here ${A}!1`],
      coverage: { 'PROJ-1': 'code' },
    },
  ];
  it.each(cases)('$name', check);
});

describe('cherry-picks', () => {
  const original = aCommit('o', { subject: 'PROJ-1: x', patchId: 'same' });
  const cases: Case[] = [
    {
      name: 'without a key belong to the ticket of the original their trailer names',
      facts: {
        repositories: [
          aRepository('p', {
            commits: [aCommit('p', { parents: ['before'], body: `(cherry picked from commit ${sha('o')})` })],
            mergeRequests: [
              aMergeRequest(1, { squashCommitSha: sha('p'), title: 'Back-port', sourceCommits: [aCommit('x')] }),
            ],
            elsewhere: [original],
          }),
        ],
        issues: done,
      },
      findings: [],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'without a trailer are found by their patch',
      facts: {
        repositories: [
          aRepository('p', {
            commits: [aCommit('p', { parents: ['before'], patchId: 'same' })],
            mergeRequests: [
              aMergeRequest(1, { squashCommitSha: sha('p'), title: 'Back-port', sourceCommits: [aCommit('x')] }),
            ],
            elsewhere: [original],
          }),
        ],
        issues: done,
      },
      findings: [],
      coverage: { 'PROJ-1': 'code' },
    },
    {
      name: 'under a cloned ticket leave the original a mention',
      facts: {
        repositories: [
          aRepository('p', {
            commits: [
              aCommit('p', {
                parents: ['before'],
                subject: 'PROJ-1: x',
                body: `(cherry picked from commit ${sha('o')})`,
              }),
            ],
            mergeRequests: [aMergeRequest(7, { sha: sha('p'), commitCount: 1, title: 'PROJ-2: x for 2.4' })],
          }),
        ],
        issues: [
          anIssue('PROJ-2', { links: [{ type: 'Cloners', relation: 'clones', key: 'PROJ-1' }] }),
          anIssue('PROJ-1', { fixVersions: [{ id: 'v9', name: '2.5.0' }] }),
        ],
      },
      findings: [],
      coverage: { 'PROJ-2': 'code' },
    },
  ];
  it.each(cases)('$name', check);
});

describe('a change without a process', () => {
  const cases: Case[] = [
    {
      name: 'is a direct push when GitLab knows no merge request',
      facts: {
        repositories: [
          aRepository('a', {
            commits: [aCommit('a', { parents: ['before'], subject: 'PROJ-1: x' })],
            askedCommits: askedInVain('a'),
          }),
        ],
        issues: done,
      },
      findings: [`commit-without-mr ${A}@${sha('a')}`],
    },
    {
      name: 'is incomplete, not a direct push, as long as GitLab was not asked',
      facts: {
        repositories: [aRepository('a', { commits: [aCommit('a', { parents: ['before'], subject: 'PROJ-1: x' })] })],
        issues: done,
      },
      findings: [`incomplete ${A} commits`],
    },
    {
      name: 'is accepted without a ticket from a bot on its paths, and only there',
      facts: {
        repositories: [
          oneChange({
            title: 'Update',
            author: aPerson('renovate-bot', { bot: true }),
            paths: ['web/package-lock.json'],
          }),
          oneChange(
            { iid: 2, title: 'Update', author: aPerson('renovate-bot', { bot: true }), paths: ['src/a.ts'] },
            { repository: 'group/b' },
          ),
        ],
      },
      policy: { bots: [{ user: 'renovate-bot', paths: ['**/package-lock.json'], allow: ['no-ticket'] }] },
      findings: ['commit-without-ticket group/b!2'],
    },
    {
      name: 'of a bot needs a ticket outside of its paths, also for a file of the same name',
      facts: {
        repositories: [
          oneChange({
            title: 'Update',
            author: aPerson('renovate-bot', { bot: true }),
            paths: ['web/package-lock.json'],
          }),
        ],
      },
      policy: { bots: [{ user: 'renovate-bot', paths: ['package-lock.json'], allow: ['no-ticket'] }] },
      findings: ['commit-without-ticket group/app!1'],
    },
    {
      name: 'counts only where it touches a path of the binding',
      facts: {
        repositories: [oneChange({ title: 'x', approvals: [], paths: ['other/a.ts'] }, { paths: ['services/shop'] })],
      },
      findings: [],
    },
  ];
  it.each(cases)('$name', check);
});

describe('approvals', () => {
  const approved = (mergeRequest: Partial<MergeRequestFacts>, more: Partial<AuditFacts> = {}): Case['facts'] => ({
    repositories: [oneChange(mergeRequest)],
    issues: done,
    ...more,
  });
  const late = [aCommit('x', { committedAt: at(70) })];
  const versions = (patch: string) => [
    { headSha: sha('v1'), createdAt: at(10), patchId: 'p1' },
    { headSha: sha('v2'), createdAt: at(70), patchId: patch },
  ];
  const run = {
    runId: 'run-1',
    repository: A,
    mergeRequestIid: 1,
    commits: [],
    requester: aPerson('dana'),
    model: 'gpt-5',
    source: 'ledger',
  };
  const byAgent = { author: aPerson('cmap-bot', { bot: true }), committers: [aPerson('cmap-bot')] };
  const both = [anApproval('bob'), anApproval('carl')];
  const cases: Case[] = [
    { name: 'that are missing are found', facts: approved({ approvals: [] }), findings: [`mr-unapproved ${A}!1`] },
    {
      name: 'by the author do not count',
      facts: approved({ approvals: [anApproval('ann')] }),
      findings: [`mr-self-approved ${A}!1`],
    },
    {
      name: 'by the author beside an independent one are no finding',
      facts: approved({ approvals: [anApproval('ann'), anApproval('bob')] }),
      findings: [],
    },
    {
      name: 'by a committer do not count',
      facts: approved({ committers: [aPerson('bob')] }),
      findings: [`mr-committer-approved ${A}!1`],
    },
    {
      name: 'by a committer whom only a commit shows do not count either',
      facts: approved({
        committers: 'not-known',
        sourceCommits: [aCommit('x', { author: { name: 'Bob', email: 'bob@example.com' } })],
        approvals: [{ by: aPerson('robert', { emails: ['BOB@example.com'] }), at: at(60) }],
      }),
      findings: [`mr-committer-approved ${A}!1`],
    },
    {
      name: 'by a bot or service account never count',
      facts: approved({ approvals: [{ by: aPerson('project_7_bot_1f', { bot: 'not-known' }), at: at(60) }] }),
      findings: [`approver-not-human ${A}!1`],
    },
    {
      name: 'older than the last commit do not count',
      facts: approved({ sourceCommits: late }),
      findings: [`approval-older-than-code ${A}!1`],
    },
    {
      name: 'older than a merge of main into the branch still count',
      facts: approved({ sourceCommits: [aCommit('x'), aCommit('y', { parents: ['x', 'm'], committedAt: at(70) })] }),
      findings: [],
    },
    {
      name: 'that a rebase kept on purpose still count',
      facts: approved({ sourceCommits: late, diffVersions: versions('p1') }),
      findings: [],
    },
    {
      name: 'of another patch do not count, whatever the dates of the commits say',
      facts: approved({ diffVersions: versions('p2') }),
      findings: [`approval-older-than-code ${A}!1`],
    },
    {
      name: 'whose age is not known make the audit incomplete, and only where they would be enough',
      facts: approved({ approvals: [anApproval('bob', 'not-known')] }),
      findings: [`incomplete ${A} approvals`],
    },
    {
      name: 'that are not known make the audit incomplete',
      facts: approved({ approvals: 'not-known' }),
      findings: [`incomplete ${A} approvals`],
    },
    {
      name: 'that the policy does not ask for need not be known',
      facts: approved({ approvals: 'not-known' }),
      policy: { approvals: { required: 0 } },
      findings: [],
    },
    {
      name: 'of a commit dated after the merge by a wrong clock are of unknown age',
      facts: approved({ sourceCommits: [aCommit('x', { committedAt: at(999) })] }),
      findings: [`incomplete ${A} approvals`],
    },
    {
      name: 'of an agent change need two people',
      facts: approved(byAgent, { agentRuns: [run] }),
      findings: [`agent-change-without-independent-human ${A}!1`],
    },
    {
      name: 'of an agent change by two people count',
      facts: approved({ ...byAgent, approvals: both }, { agentRuns: [run] }),
      findings: [],
    },
    {
      name: 'of an agent change by the person who asked for it do not count',
      facts: approved({ ...byAgent, approvals: [anApproval('dana'), anApproval('bob')] }, { agentRuns: [run] }),
      findings: [`agent-change-without-independent-human ${A}!1`],
    },
    {
      name: 'of a change with a run trailer alone may be the unknown requester, so one more is needed',
      facts: approved({
        approvals: both,
        sourceCommits: [aCommit('x', { trailers: [{ key: 'Cmap-Run', value: 'run-9' }] })],
      }),
      findings: [`agent-change-without-independent-human ${A}!1`],
    },
    {
      name: 'of a change that only the ledger knows follow the rules for the agent',
      facts: approved({ author: aPerson('ann') }, { agentRuns: [run] }),
      findings: [`agent-change-without-independent-human ${A}!1`],
    },
    {
      name: 'given after the merge do not count where no deployment shows that it came later',
      facts: approved({ approvals: [anApproval('bob', 101)] }),
      findings: [`mr-unapproved ${A}!1`],
    },
    {
      name: 'of an agent change given after the merge do not count either',
      facts: approved({ ...byAgent, approvals: [anApproval('bob'), anApproval('carl', 101)] }, { agentRuns: [run] }),
      findings: [`agent-change-without-independent-human ${A}!1`],
    },
    {
      name: 'given at the merge count',
      facts: approved({ approvals: [anApproval('bob', 100)] }),
      findings: [],
    },
    {
      name: 'given after the merge count where the deployment is audited and has not been made before',
      facts: {
        request: { environment: 'production' },
        repositories: [
          oneChange(
            { approvals: [anApproval('bob', 101)] },
            {
              deployments: [
                {
                  id: 1,
                  environment: 'production',
                  sha: sha('a'),
                  ref: 'main',
                  finishedAt: at(200),
                  by: aPerson('dora'),
                  approvals: 'not-known',
                  url: '',
                  source: 'deployments',
                },
              ],
            },
          ),
        ],
        issues: done,
      },
      findings: [],
    },
    {
      name: 'of unknown time make the audit incomplete also where they may be older than the code',
      facts: approved({ approvals: [anApproval('bob', 'not-known')] }),
      policy: { approvals: { after_last_commit: false } },
      findings: [`incomplete ${A} approvals`],
    },
    {
      name: 'by the author of a commit whom GitLab does not name as a committer do not count',
      facts: approved({
        approvals: [{ by: aPerson('bob', { emails: 'not-known' }), at: at(60) }],
        sourceCommits: [aCommit('x'), aCommit('y', { author: { name: 'bob', email: 'b@home' } })],
      }),
      findings: [`mr-committer-approved ${A}!1`],
    },
    {
      name: 'are not asked of the person who merged',
      facts: approved({ mergedBy: aPerson('ann') }),
      findings: [],
    },
  ];
  it.each(cases)('$name', check);
});

describe('pipelines', () => {
  const result = (mergeRequest: Partial<MergeRequestFacts>, pipelines: RepositoryFacts['pipelines'] = []) =>
    auditCase({ facts: { repositories: [oneChange(mergeRequest, { pipelines })], issues: done } });
  it.each([
    { expected: 'passed', found: [], head: null, pipelines: [aPipeline('a')] },
    {
      expected: 'passed',
      found: [],
      head: aPipeline('z', { status: 'failed' }),
      pipelines: [aPipeline('a', { id: 2 }), aPipeline('a', { status: 'failed' })],
    },
    {
      expected: 'passed-with-allowed-failures',
      found: [],
      head: null,
      pipelines: [aPipeline('a', { allowedFailures: true })],
    },
    { expected: 'failed', found: ['pipeline-failed'], head: null, pipelines: [aPipeline('a', { status: 'canceled' })] },
    { expected: 'failed', found: ['pipeline-failed'], head: aPipeline('z', { status: 'failed' }), pipelines: [] },
    { expected: 'another-sha', found: [], head: aPipeline('z'), pipelines: [] },
    {
      expected: 'skipped',
      found: ['pipeline-missing'],
      head: null,
      pipelines: [aPipeline('a', { status: 'skipped' })],
    },
    { expected: 'none', found: ['pipeline-missing'], head: null, pipelines: [] },
    { expected: 'none', found: ['pipeline-missing'], head: aPipeline('a', { status: 'running' }), pipelines: [] },
    { expected: 'not-known', found: ['incomplete'], head: 'not-known' as const, pipelines: [] },
    { expected: 'not-known', found: ['incomplete'], head: null, pipelines: 'not-known' as const },
  ])('$expected of the merged commit gives $found', ({ expected, found, head, pipelines }) => {
    const report = result({ headPipeline: head }, pipelines);
    expect(report.changes[0]?.pipeline.result).toBe(expected);
    expect(report.findings.map((finding) => finding.rule)).toEqual(found);
  });
});

describe('deployments', () => {
  const deployment = (name: string, minutes: number, id = 1) => ({
    id,
    environment: 'production',
    sha: sha(name),
    ref: 'main',
    finishedAt: at(minutes),
    by: aPerson('deployer'),
    approvals: [anApproval('boss')],
    url: 'https://gitlab.example.com/d',
    source: 'deployments',
  });
  const cases: (Omit<Case, 'facts'> & { deployments: RepositoryFacts['deployments'] })[] = [
    { name: 'that contain everything leave nothing to find', deployments: [deployment('b', 200)], findings: [] },
    {
      name: 'that contain part of it leave the rest',
      deployments: [deployment('a', 200)],
      findings: [`not-deployed ${A}!2`],
    },
    { name: 'that are missing altogether are one finding', deployments: [], findings: [`not-deployed ${A}`] },
    {
      name: 'before the approval are found',
      deployments: [deployment('b', 200, 2), deployment('a', 30)],
      findings: [`deployed-before-approval ${A}!1`],
    },
    {
      name: 'that are not known make the audit incomplete',
      deployments: 'not-known',
      findings: [`incomplete ${A} deployments`],
    },
  ];
  it.each(cases)('$name', ({ deployments, ...rest }) => {
    const mergeRequests = ['a', 'b'].map((name, index) =>
      aMergeRequest(index + 1, { squashCommitSha: sha(name), title: 'PROJ-1', sourceCommits: [aCommit('x')] }),
    );
    const repository = aRepository('b', { commits: aChain('a', 'b'), mergeRequests, deployments });
    check({ ...rest, facts: { repositories: [repository], issues: done, request: { environment: 'production' } } });
  });
});

describe('the policy of a binding', () => {
  it('counts for the issues of its Jira project and for the changes of its repository, under its earlier path too', () => {
    const own = AuditPolicy.parse({ approvals: { required: 2 }, no_code: { labels: ['docs'] } });
    const issues = [...done, anIssue('PROJ-2', { labels: ['docs'] }), anIssue('OPS-1', { labels: ['docs'] })];
    const report = auditRelease(
      someFacts({
        request: { projects: ['PROJ', 'OPS'] },
        versions: [aVersion('PROJ'), aVersion('OPS')],
        repositories: [oneChange({}, { repository: 'g/new', formerPaths: ['g/old'] })],
        issues,
      }),
      AuditPolicy.parse({}),
      { PROJ: own, 'g/old': own },
    );
    const open = report.findings.filter(({ waived }) => waived === null);
    expect(open.map((one) => `${one.rule} ${one.subject.id}`)).toEqual([
      'issue-without-code OPS-1',
      'mr-unapproved g/new!1',
    ]);
    expect(report.changes[0]?.approvalsRequired).toBe(2);
  });
});

describe('waivers', () => {
  const waiver = {
    rule: 'issue-without-code',
    match: 'PROJ-2',
    reason: 'Operations did it by hand.',
    by: 'rita',
    until: '2026-11-28',
  } as const;
  const facts: Case['facts'] = { repositories: [oneChange()], issues: [...done, anIssue('PROJ-2')] };
  const cases: Case[] = [
    {
      name: 'accept what they match up to the end of their last day',
      facts,
      policy: { waivers: [waiver] },
      findings: [],
    },
    { name: 'match by a glob', facts, policy: { waivers: [{ ...waiver, match: 'PROJ-*' }] }, findings: [] },
    {
      name: 'that have expired accept nothing and are a finding',
      facts,
      policy: { waivers: [{ ...waiver, until: '2026-11-27' }] },
      findings: ['issue-without-code PROJ-2', 'waiver-expired issue-without-code PROJ-2'],
    },
    {
      name: 'that match nothing are a finding',
      facts: { repositories: [oneChange()], issues: done },
      policy: { waivers: [waiver] },
      findings: ['waiver-unused issue-without-code PROJ-2'],
    },
  ];
  it.each(cases)('$name', check);

  it('stay in the report with their reason, and take the story out of what needs code', () => {
    const report = auditCase({ facts, policy: { waivers: [waiver] } });
    expect(report.findings[0]?.waived).toEqual({ reason: waiver.reason, by: 'rita', until: '2026-11-28' });
    expect(report.summary).toMatchObject({
      result: 'clean',
      coverage: { withNetCode: 1, needCode: 1 },
      counts: { findingsWaived: 1 },
    });
  });

  it('of a repository count in that repository only', () => {
    const repository = (path: string) => oneChange({ approvals: [] }, { repository: path });
    const policy = AuditPolicy.parse({});
    const own = AuditPolicy.parse({ waivers: [{ ...waiver, rule: 'mr-unapproved', match: '**' }] });
    const report = auditRelease(
      someFacts({ repositories: [repository('g/a'), repository('g/b')], issues: done }),
      policy,
      { 'g/a': own },
    );
    expect(report.findings.map((one) => [one.subject.id, one.waived !== null])).toEqual([
      ['g/a!1', true],
      ['g/b!1', false],
    ]);
  });

  it('of a binding count for its repository and its Jira project, once, and nowhere else', () => {
    const own = AuditPolicy.parse({
      waivers: [
        { ...waiver, match: '*' },
        { ...waiver, rule: 'mr-unapproved', match: '**' },
      ],
    });
    const report = auditRelease(
      someFacts({
        request: { projects: ['PROJ', 'OPS'] },
        versions: [aVersion('PROJ'), aVersion('OPS')],
        repositories: [oneChange({ approvals: [] }, { repository: 'g/new', formerPaths: ['g/old'] })],
        issues: [...done, anIssue('PROJ-2'), anIssue('OPS-1')],
      }),
      AuditPolicy.parse({}),
      { PROJ: own, 'g/old': own },
    );
    expect(report.findings.map((one) => [one.subject.id, one.waived !== null])).toEqual([
      ['OPS-1', false],
      ['PROJ-2', true],
      ['g/new!1', true],
    ]);
    expect(report.waivers.map(({ state }) => state)).toEqual(['used', 'used']);
  });

  it('cannot make an incomplete audit complete', () => {
    expect(AuditPolicy.safeParse({ waivers: [{ ...waiver, rule: 'incomplete' }] }).success).toBe(false);
  });
});
