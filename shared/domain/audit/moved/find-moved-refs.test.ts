import { describe, expect, it } from 'vitest';
import { aChain, aRange, aRepository, sha, someFacts } from '../../../../test/builders/audit.ts';
import { auditRelease } from '../audit-release.ts';
import { AuditDiff } from '../diff/audit-diff.ts';
import { diffAudits } from '../diff/diff-audits.ts';
import type { EarlierAudit } from '../facts/earlier-audit.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';

interface Audited {
  from: string;
  to: string;
  ref?: string;
  commits: string[];
  /** Whether GitLab said that the end is a tag. */
  tag?: boolean;
}

function audit({ from, to, ref = 'main', commits, tag }: Audited, earlier?: EarlierAudit) {
  const plain = aRange(to, ref);
  const range = {
    ...plain,
    from: { ref: 'v2.3.0', sha: sha(from), committedAt: 'not-known' as const },
    to: { ...plain.to, ...(tag === undefined ? {} : { tag }) },
  };
  const repository = aRepository('', { ranges: [range], commits: aChain(...commits) });
  return auditRelease(
    someFacts({ repositories: [repository], ...(earlier ? { earlierAudit: earlier } : {}) }),
    AuditPolicy.parse({}),
  );
}

const earlierOf = ({ summary }: ReturnType<typeof audit>): EarlierAudit => ({
  auditedAt: summary.auditedAt,
  ranges: summary.ranges,
});

const A = { from: 'x', to: 'a', commits: ['a'] };
const FORWARD = { from: 'x', to: 'b', commits: ['a', 'b'] };
const CASES: [string, Audited, Audited, string[]][] = [
  ['nothing when all is as it was', A, A, []],
  ['nothing when the branch went forward', A, FORWARD, []],
  [
    'nothing when the next release begins where this one ended',
    A,
    { from: 'a', to: 'b', commits: ['b'] },
    ['group/app@v2.3.0'],
  ],
  ['a tag at the start that moved', A, { ...A, from: 'y' }, ['group/app@v2.3.0']],
  ['a branch that was rewritten', A, { from: 'x', to: 'b', commits: ['b'] }, ['group/app@main']],
  [
    'a tag at the end that moved, forward too',
    { ...A, ref: 'v2.4.0' },
    { ...FORWARD, ref: 'v2.4.0', tag: true },
    ['group/app@v2.4.0'],
  ],
];

describe('a reference that moved since the audit before', () => {
  it.each(CASES)('is a gap of the new one: %s', (_, before, after, expected) => {
    const report = audit(after, earlierOf(audit(before)));
    expect(report.gaps.filter(({ reason }) => reason === 'moved-ref').map(({ subject }) => subject)).toEqual(expected);
    expect(report.summary.result === 'incomplete').toBe(report.gaps.length > 0);
  });

  it.each(CASES)('is named by the difference of two audits: %s', (_, before, after, expected) => {
    const diff = diffAudits(audit(before), audit(after));
    expect(AuditDiff.parse(diff).moved.map(({ subject }) => subject)).toEqual(expected);
  });

  it('is a branch until GitLab says that it is a tag, also when its name is that of a version', () => {
    const report = audit({ ...FORWARD, ref: 'v2.4.0', tag: false }, earlierOf(audit({ ...A, ref: 'v2.4.0' })));
    expect(report.gaps.filter(({ reason }) => reason === 'moved-ref')).toEqual([]);
  });

  it('is seen in a repository that was renamed since then', () => {
    const before = audit({ ...A, ref: 'v2.4.0' });
    const range = {
      ...aRange('b', 'v2.4.0'),
      from: { ref: 'v2.3.0', sha: sha('x'), committedAt: 'not-known' as const },
    };
    const repository = aRepository('', {
      repository: 'group/renamed',
      formerPaths: ['group/app'],
      ranges: [{ ...range, to: { ...range.to, tag: true } }],
      commits: aChain('a', 'b'),
    });
    const facts = someFacts({ repositories: [repository], earlierAudit: earlierOf(before) });
    const { gaps } = auditRelease(facts, AuditPolicy.parse({}));
    expect(gaps.filter(({ reason }) => reason === 'moved-ref').map(({ subject }) => subject)).toEqual([
      'group/renamed@v2.4.0',
    ]);
  });

  it('is none where another version or repository was audited', () => {
    const before = audit({ from: 'y', to: 'z', commits: ['z'] });
    const elsewhere = {
      ...earlierOf(before),
      ranges: before.summary.ranges.map((one) => ({ ...one, repository: 'g/b' })),
    };
    expect(audit(A, elsewhere).gaps.filter(({ reason }) => reason === 'moved-ref')).toEqual([]);
    expect(diffAudits({ ...before, summary: { ...before.summary, fixVersion: '9' } }, audit(A)).moved).toEqual([]);
  });
});
