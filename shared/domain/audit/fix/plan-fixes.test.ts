import { describe, expect, it } from 'vitest';
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
import { FixPlan } from './fix.ts';
import { planFixes } from './plan-fixes.ts';

const open = { status: 'To Do', statusCategory: 'new' } as const;

function plan(title: string, description = '', policy = {}, story = {}) {
  const facts = someFacts({
    repositories: [
      aRepository('b', {
        commits: [...aChain('a'), aCommit('b', { parents: ['a'], subject: 'PROJ-1: y' })],
        mergeRequests: [
          aMergeRequest(1, { squashCommitSha: sha('a'), title, description, sourceCommits: [aCommit('x')] }),
          aMergeRequest(2, { squashCommitSha: sha('b'), title: 'PROJ-1: y', sourceCommits: [aCommit('x')] }),
        ],
        askedCommits: askedInVain('b'),
      }),
    ],
    issues: [
      anIssue('PROJ-1'),
      anIssue('PROJ-2', { ...open, summary: 'Export invoices as CSV', ...story }),
      anIssue('PROJ-9', { fixVersions: [] }),
    ],
  });
  return planFixes(auditRelease(facts, AuditPolicy.parse(policy)));
}

const kinds = (found: FixPlan) => found.fixes.map((fix) => fix.kind);

describe('planFixes', () => {
  it('sets the fix version of a ticket that is not in it', () => {
    expect(plan('PROJ-9: x').fixes).toContainEqual(
      expect.objectContaining({ kind: 'set-fix-version', key: 'PROJ-9', fixVersion: '2.4.0' }),
    );
  });

  it('proposes the story whose summary is like the title, and puts its key in front', () => {
    expect(plan('Export the invoices (CSV)').fixes).toContainEqual(
      expect.objectContaining({
        kind: 'propose-key',
        mergeRequestIid: 1,
        proposedTitle: 'PROJ-2: Export the invoices (CSV)',
      }),
    );
  });

  it('proposes a ticket that the merge request mentions', () => {
    expect(plan('Something', 'Needed by PROJ-2.').fixes).toContainEqual(
      expect.objectContaining({
        candidates: [expect.objectContaining({ key: 'PROJ-2', because: 'The merge request mentions it.' })],
      }),
    );
  });

  it('creates a ticket where no story fits', () => {
    expect(plan('Something else').fixes).toContainEqual(
      expect.objectContaining({
        kind: 'create-ticket',
        change: 'group/app!1',
        project: 'PROJ',
        summary: 'Something else',
      }),
    );
  });

  it('hands a story without code to the agent when it is not done, and leaves the rest to a person', () => {
    const found = plan('PROJ-1: x');
    expect(kinds(found)).toEqual(['hand-to-agent']);
    expect(found.left.map((one) => one.finding)).toEqual(['issue-not-done:PROJ-2']);
  });

  it('hands the agent no story whose code may be there under another change', () => {
    const found = plan('Export the invoices (CSV)');
    expect(kinds(found)).toEqual(['propose-key']);
    expect(found.left.map((one) => one.finding)).toContain('issue-without-code:PROJ-2');
  });

  it('hands the agent no ticket that was created for a change', () => {
    const labels = [changeLabel('group/app!99')];
    expect(kinds(plan('PROJ-1: x', '', {}, { labels }))).toEqual([]);
  });

  it('finds nothing to fix about a change whose ticket was created for it', () => {
    const labels = [changeLabel('group/app!1')];
    const found = plan('Something else', '', {}, { labels });
    expect(kinds(found)).toEqual([]);
    expect(found.left.map((one) => one.finding)).toEqual(['issue-not-done:PROJ-2']);
  });

  it('plans nothing for what is waived', () => {
    const waiver = { rule: 'issue-without-code', match: 'PROJ-2', reason: 'By hand.', by: 'rita', until: '2026-12-31' };
    expect(kinds(plan('PROJ-1: x', '', { waivers: [waiver] }))).toEqual([]);
  });

  it('fits its schema', () => {
    const found = plan('PROJ-9: x');
    expect(FixPlan.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });
});
