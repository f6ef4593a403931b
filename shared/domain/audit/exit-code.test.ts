import { describe, expect, it } from 'vitest';
import type { FindingRule } from './catalogue/finding-rules.ts';
import { auditExitCode, type FailOn } from './exit-code.ts';
import { createFinding } from './rules/create-finding.ts';

const finding = (rule: FindingRule, waived = false) => ({
  ...createFinding({ rule, subject: { kind: 'issue', id: 'PROJ-1' }, detail: '', next: '', sources: [] }),
  waived: waived ? { reason: 'r', by: null, until: null } : null,
});
const high = finding('issue-without-code');
const medium = finding('issue-not-done');
const low = finding('issue-added-after-freeze');
const gap = { reason: 'forbidden' as const, subject: 'group/app', detail: '', next: null };

describe('auditExitCode', () => {
  it.each<[string, Parameters<typeof auditExitCode>[0], FailOn | undefined, number]>([
    ['nothing found', { gaps: [], findings: [] }, undefined, 0],
    ['a high finding by default', { gaps: [], findings: [high] }, undefined, 1],
    ['a medium finding by default', { gaps: [], findings: [medium, low] }, undefined, 0],
    ['a medium finding at medium', { gaps: [], findings: [medium] }, 'medium', 1],
    ['a low finding at low', { gaps: [], findings: [low] }, 'low', 1],
    ['a high finding at none', { gaps: [], findings: [high] }, 'none', 0],
    ['a waived finding', { gaps: [], findings: [finding('issue-without-code', true)] }, 'low', 0],
    ['a gap at none', { gaps: [gap], findings: [] }, 'none', 3],
    ['a gap beside findings', { gaps: [gap], findings: [high] }, 'high', 3],
    [
      'the finding incomplete, even if something waived it',
      { gaps: [], findings: [finding('incomplete', true)] },
      'none',
      3,
    ],
  ])('%s', (_, report, failOn, code) => {
    expect(auditExitCode(report, failOn)).toBe(code);
  });
});
