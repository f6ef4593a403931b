import { describe, expect, it } from 'vitest';
import { AuditPolicy } from './audit-policy.ts';

const waiver = {
  rule: 'pipeline-failed',
  match: 'group/app!1',
  reason: 'Flaky runner.',
  by: 'rita',
  until: '2026-12-31',
};

describe('AuditPolicy', () => {
  it('has the defaults of the specification', () => {
    expect(AuditPolicy.parse({})).toMatchObject({
      approvals: { required: 1, independent: true, after_last_commit: true },
      agent_changes: { approvals: 2, requester_counts_as_author: true },
      no_code: { types: ['Epic', 'Documentation'], labels: ['no-code'] },
      bots: [],
      waivers: [],
    });
  });

  it('keeps the defaults of what a group leaves out', () => {
    expect(AuditPolicy.parse({ approvals: { required: 2 } }).approvals).toEqual({
      required: 2,
      independent: true,
      after_last_commit: true,
    });
  });

  it.each<[string, unknown, string]>([
    ['a key that is misspelt', { aprovals: {} }, ''],
    ['a key that is misspelt in a group', { approvals: { require: 2 } }, 'approvals'],
    ['a rule that does not exist', { waivers: [{ ...waiver, rule: 'pipeline-red' }] }, 'waivers.0.rule'],
    ['a waiver without an end', { waivers: [{ ...waiver, until: undefined }] }, 'waivers.0.until'],
    ['a waiver that ends on no day', { waivers: [{ ...waiver, until: '2026-02-30' }] }, 'waivers.0.until'],
    ['a waiver without a reason', { waivers: [{ ...waiver, reason: '  ' }] }, 'waivers.0.reason'],
    ['a waiver of incompleteness', { waivers: [{ ...waiver, rule: 'incomplete' }] }, 'waivers.0.rule'],
    ['a bot that may do anything', { bots: [{ user: 'b', paths: ['**'], allow: ['all'] }] }, 'bots.0.allow.0'],
    ['a freeze without a time zone', { freeze: { '2.4.0': '2026-11-20T12:00:00' } }, 'freeze.2.4.0'],
  ])('refuses %s', (_, policy, path) => {
    expect(AuditPolicy.safeParse(policy).error?.issues[0]?.path.join('.')).toBe(path);
  });
});
