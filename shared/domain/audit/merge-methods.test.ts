import { describe, expect, it } from 'vitest';
import {
  aCommit,
  aMergeRequest,
  anApproval,
  anIssue,
  aPerson,
  aRepository,
  askedInVain,
  at,
  sha,
  someFacts,
} from '../../../test/builders/audit.ts';
import { auditRelease } from './audit-release.ts';
import type { CommitFacts } from './facts/commit.ts';
import type { MergeRequestFacts } from './facts/merge-request.ts';
import { AuditPolicy } from './policy/audit-policy.ts';

const METHODS = ['merge', 'merge-and-squash', 'rebase-and-merge', 'squash-and-fast-forward', 'fast-forward'] as const;
type Method = (typeof METHODS)[number];

interface Change {
  iid: number;
  title: string;
  commits: number;
  /** What it takes back, by number. */
  reverts?: number;
  facts?: Partial<MergeRequestFacts>;
}

/** One release: two stories, an agent-made change, a self-approved one, a revert, an orphan, and a push in between. */
const RELEASE: (Change | { push: string })[] = [
  { iid: 1, title: 'PROJ-1: first', commits: 1 },
  { iid: 2, title: 'PROJ-2: second', commits: 3 },
  { push: 'PROJ-2: quick fix' },
  { iid: 3, title: 'PROJ-3: third', commits: 2 },
  { iid: 4, title: 'Revert "PROJ-3: third"', commits: 1, reverts: 3 },
  { iid: 5, title: 'PROJ-4: own approval', commits: 2, facts: { approvals: [anApproval('ann')] } },
  { iid: 6, title: 'PROJ-5: by the agent', commits: 1, facts: { author: aPerson('cmap-bot', { bot: true }) } },
  { iid: 7, title: 'no ticket', commits: 2 },
];

function build(method: Method) {
  const commits: CommitFacts[] = [];
  const mergeRequests: MergeRequestFacts[] = [];
  const pushed: string[] = [];
  let tip = 'before';
  const push = (name: string, parents: string[], subject: string, body = '') => {
    commits.push(aCommit(name, { parents, subject, body }));
    return name;
  };
  for (const one of RELEASE) {
    if ('push' in one) {
      tip = push('pushed', [tip], one.push);
      pushed.push(tip);
      continue;
    }
    const body = one.reverts === undefined ? '' : `This reverts merge request !${one.reverts}`;
    const isSquash = method.includes('squash');
    // A branch that is not rebased begins where the release began.
    const base = method === 'merge' ? 'before' : tip;
    const names = Array.from({ length: isSquash ? 1 : one.commits }, (_, index) => `${one.iid}-${index}`);
    const head = names.reduce(
      (parent, name) => push(name, [parent], isSquash ? one.title : `step ${name}`, isSquash ? '' : body),
      base,
    );
    const merges = method.includes('merge');
    tip = merges ? push(`${one.iid}-merge`, [tip, head], `Merge branch 'b${one.iid}' into 'main'`) : head;
    mergeRequests.push(
      aMergeRequest(one.iid, {
        title: one.title,
        description: body,
        sourceBranch: `b${one.iid}`,
        sha: isSquash ? sha(`gone-${one.iid}`) : sha(head),
        mergeCommitSha: merges ? sha(tip) : null,
        squashCommitSha: isSquash ? sha(head) : null,
        commitCount: one.commits,
        sourceCommits: [aCommit(`source-${one.iid}`)],
        mergedAt: at(100 + one.iid),
        ...one.facts,
      }),
    );
  }
  const repository = aRepository(tip, { commits, mergeRequests, askedCommits: askedInVain(...pushed) });
  const issues = [1, 2, 3, 4, 5, 6].map((number) => anIssue(`PROJ-${number}`));
  return auditRelease(someFacts({ repositories: [repository], issues }), AuditPolicy.parse({}));
}

describe.each(METHODS)('a release of a project that uses %s', (method) => {
  const report = build(method);

  it('has the same findings', () => {
    expect(report.findings.map((finding) => finding.id)).toEqual([
      'issue-without-code:PROJ-6',
      `commit-without-mr:group/app@${sha('pushed')}`,
      'reverted-but-claimed:PROJ-3',
      'mr-self-approved:group/app!5',
      'agent-change-without-independent-human:group/app!6',
      'commit-without-ticket:group/app!7',
    ]);
  });

  it('has the same coverage and the same links', () => {
    expect(report.summary.coverage).toEqual({ withNetCode: 4, needCode: 6, ratio: 0.6667 });
    expect(report.links.filter((link) => link.covers).map((link) => `${link.key} ${link.change}`)).toEqual([
      'PROJ-1 group/app!1',
      'PROJ-2 group/app!2',
      `PROJ-2 group/app@${sha('pushed')}`,
      'PROJ-3 group/app!3',
      'PROJ-4 group/app!5',
      'PROJ-5 group/app!6',
    ]);
  });

  it('attributes every commit', () => {
    expect(report.changes.map((change) => change.kind).sort()).toEqual([
      'direct-push',
      ...Array(7).fill('merge-request'),
    ]);
    expect(
      report.commits.every((commit) => commit.change === `group/app@${sha('pushed')}` || commit.change.includes('!')),
    ).toBe(true);
  });
});
