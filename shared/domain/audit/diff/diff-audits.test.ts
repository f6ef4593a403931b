import { describe, expect, it } from 'vitest';
import {
  aChain,
  aMergeRequest,
  anIssue,
  aPerson,
  aRepository,
  askedInVain,
  sha,
  someFacts,
} from '../../../../test/builders/audit.ts';
import { auditRelease } from '../audit-release.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { AuditDiff } from './audit-diff.ts';
import { diffAudits } from './diff-audits.ts';

const waiver = {
  rule: 'issue-without-code',
  match: 'PROJ-2',
  reason: 'By hand.',
  by: 'rita',
  until: '2026-12-31',
} as const;

function facts(names: string[], issues = [anIssue('PROJ-1'), anIssue('PROJ-2')], request = {}) {
  const repository = aRepository(names.at(-1) ?? '', {
    commits: aChain(...names),
    mergeRequests: [aMergeRequest(1, { sha: sha('a'), title: 'PROJ-1: x', commitCount: 1 })],
    askedCommits: askedInVain('b'),
  });
  return someFacts({ repositories: [repository], issues, request });
}

const audit = (given: ReturnType<typeof facts>, policy = {}) => auditRelease(given, AuditPolicy.parse(policy));
const EMPTY = { added: [], removed: [], changed: [] };
const LISTS = ['ranges', 'stories', 'changes', 'commits', 'links', 'findings', 'waivers', 'gaps'] as const;

/** The lists that have a difference. */
function differing(diff: AuditDiff): Partial<AuditDiff> {
  return Object.fromEntries(
    LISTS.filter((list) => JSON.stringify(diff[list]) !== JSON.stringify(EMPTY)).map((list) => [list, diff[list]]),
  );
}

describe('diffAudits', () => {
  it('says the same of two audits of the same thing, made at different times', () => {
    const diff = diffAudits(audit(facts(['a'])), audit(facts(['a'], undefined, { now: '2026-11-29T12:00:00.000Z' })));
    expect(diff).toMatchObject({ same: true, coverageDelta: 0 });
    expect(differing(diff)).toEqual({});
  });

  it('names a changed status and assignee and the finding they made, and nothing else', () => {
    const after = [
      anIssue('PROJ-1', { status: 'Doing', statusCategory: 'indeterminate', assignee: aPerson('ann') }),
      anIssue('PROJ-2'),
    ];
    const diff = diffAudits(audit(facts(['a'])), audit(facts(['a'], after)));
    expect(differing(diff)).toEqual({
      stories: {
        ...EMPTY,
        changed: [
          {
            id: 'PROJ-1',
            fields: [
              { field: 'assignee', a: null, b: 'ann' },
              { field: 'status', a: 'Done', b: 'Doing' },
              { field: 'statusCategory', a: 'done', b: 'indeterminate' },
            ],
          },
        ],
      },
      findings: { ...EMPTY, added: ['issue-not-done:PROJ-1'] },
    });
    expect(diff.same).toBe(false);
  });

  it('names a moved end, the commit behind it, its change, finding and orphan', () => {
    const pushed = `group/app@${sha('b')}`;
    const diff = diffAudits(audit(facts(['a'])), audit(facts(['a', 'b'])));
    expect(differing(diff)).toEqual({
      ranges: {
        ...EMPTY,
        changed: [
          {
            id: 'group/app main',
            fields: [
              { field: 'commits', a: 1, b: 2 },
              { field: 'toSha', a: sha('a'), b: sha('b') },
            ],
          },
        ],
      },
      changes: { ...EMPTY, added: [pushed] },
      commits: { ...EMPTY, added: [pushed] },
      findings: { ...EMPTY, added: [`commit-without-mr:${pushed}`, `commit-without-ticket:${pushed}`] },
    });
    expect(diff.orphans).toEqual({ added: [pushed], removed: [] });
    expect(diffAudits(audit(facts(['a', 'b'])), audit(facts(['a']))).orphans).toEqual({ added: [], removed: [pushed] });
  });

  it('names a waiver, what it accepts, and the coverage it gives', () => {
    const diff = diffAudits(audit(facts(['a'])), audit(facts(['a']), { waivers: [waiver] }));
    expect(diff).toMatchObject({ policyChanged: true, coverageDelta: 0.5, same: false });
    expect(diff.waivers.added).toEqual(['issue-without-code PROJ-2']);
    expect(diff.findings.changed).toEqual([
      {
        id: 'issue-without-code:PROJ-2',
        fields: [{ field: 'waived', a: null, b: { by: 'rita', reason: 'By hand.', until: '2026-12-31' } }],
      },
    ]);
  });

  it('names added and removed stories', () => {
    const diff = diffAudits(
      audit(facts(['a'], [anIssue('PROJ-1')])),
      audit(facts(['a'], [anIssue('PROJ-1'), anIssue('PROJ-3')])),
    );
    expect(diff.stories).toEqual({ ...EMPTY, added: ['PROJ-3'] });
    expect(diff.findings.added).toEqual(['issue-without-code:PROJ-3']);
  });

  it('fits its schema', () => {
    const diff = diffAudits(audit(facts(['a'])), audit(facts(['a', 'b'])));
    expect(AuditDiff.parse(JSON.parse(JSON.stringify(diff)))).toEqual(diff);
  });
});
