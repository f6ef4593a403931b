import { describe, expect, it } from 'vitest';
import {
  aChain,
  aCommit,
  aMergeRequest,
  anIssue,
  aRepository,
  at,
  sha,
  someFacts,
} from '../../../../test/builders/audit.ts';
import { auditRelease } from '../audit-release.ts';
import type { CriteriaMark } from '../facts/criteria-mark.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';

const HEAD = sha('x');

function aMark(values: Partial<CriteriaMark> = {}): CriteriaMark {
  return {
    runId: 'run-1',
    repository: 'group/app',
    mergeRequestIid: 1,
    headSha: HEAD,
    issueKey: 'PROJ-1',
    at: at(1),
    met: 2,
    partly: 0,
    notMet: 0,
    notAnswered: 0,
    source: 'ledger',
    ...values,
  };
}

function audit(criteriaMarks: CriteriaMark[] | undefined, required?: boolean) {
  const mergeRequest = aMergeRequest(1, { sha: HEAD, squashCommitSha: sha('a'), sourceCommits: [aCommit('x')] });
  const repository = aRepository('a', { commits: aChain('a'), mergeRequests: [mergeRequest] });
  const facts = someFacts({ issues: [anIssue('PROJ-1')], repositories: [repository] });
  const policy = AuditPolicy.parse(required === undefined ? {} : { criteria: { required } });
  const report = auditRelease({ ...facts, ...(criteriaMarks ? { criteriaMarks } : {}) }, policy);
  const findings = report.findings.filter(({ rule }) => rule === 'criteria-not-met');
  return { change: report.changes[0], findings };
}

describe('the criteria of a change', () => {
  it('are reported as the review marked the head that was merged, by the newest of its reviews', () => {
    const marks = [
      aMark({ notMet: 1, at: at(1) }),
      aMark({ runId: 'run-2', at: at(2) }),
      aMark({ runId: 'run-3', headSha: sha('earlier'), at: at(3) }),
      aMark({ runId: 'run-4', mergeRequestIid: 2, at: at(4) }),
    ];
    const { change } = audit(marks);
    expect(change?.criteria).toEqual({
      issueKey: 'PROJ-1',
      head: 'merged',
      sha: HEAD,
      met: 2,
      partly: 0,
      notMet: 0,
      notAnswered: 0,
      runId: 'run-2',
    });
    expect(change?.sources).toContain('ledger');
  });

  it('are those of an earlier head where no review has marked what was merged, and it is said', () => {
    expect(audit([aMark({ headSha: sha('earlier') })]).change?.criteria).toMatchObject({
      head: 'earlier',
      sha: sha('earlier'),
    });
  });

  it('say how many of the ticket the review did not look at', () => {
    expect(audit([aMark({ leftOut: 5 })]).change?.criteria).toMatchObject({ met: 2, leftOut: 5 });
  });

  it('are left out where no review has marked any', () => {
    expect(audit(undefined).change).not.toHaveProperty('criteria');
  });
});

describe('criteria that are not met at the merge', () => {
  it.each<{ name: string; mark: Partial<CriteriaMark>; detail: RegExp }>([
    { name: 'partly', mark: { partly: 1 }, detail: /PROJ-1, 2 are met, 1 partly at/ },
    { name: 'not', mark: { met: 0, notMet: 2 }, detail: /0 are met, 2 not at/ },
    { name: 'without a mark', mark: { notAnswered: 1 }, detail: /1 have no mark at/ },
    { name: 'not looked at', mark: { leftOut: 5 }, detail: /2 are met, 5 were not looked at at/ },
    { name: 'of an earlier head', mark: { headSha: sha('earlier') }, detail: /and not what was merged/ },
  ])('are a finding where the policy asks for them: $name', ({ mark, detail }) => {
    const { findings } = audit([aMark(mark)], true);
    expect(findings).toMatchObject([{ subject: { id: 'group/app!1' }, severity: 'medium', related: ['PROJ-1'] }]);
    expect(findings[0]?.detail).toMatch(detail);
  });

  it.each([
    { name: 'where the policy says nothing of them', marks: [aMark({ notMet: 1 })], required: undefined },
    { name: 'where it does not ask for them', marks: [aMark({ notMet: 1 })], required: false },
    { name: 'where all are met', marks: [aMark()], required: true },
    { name: 'where no review has marked any, which is not known', marks: undefined, required: true },
  ])('are none $name', ({ marks, required }) => {
    expect(audit(marks, required).findings).toEqual([]);
  });
});
