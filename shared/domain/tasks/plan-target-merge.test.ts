import { expect, it } from 'vitest';
import { AGENT, aMergeRequest, aReviewedBinding, PERSON } from '../../../test/fixtures/discussions.ts';
import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import { planTargetMerge } from './plan-target-merge.ts';

const [HEAD, TARGET] = ['a'.repeat(40), 'b'.repeat(40)];

function plan(values: Partial<MergeRequest> = {}, rules: Partial<Binding> = {}) {
  const binding = { ...aReviewedBinding(), mergeTarget: 'on' as const, ...rules };
  const ours = { author: AGENT, sourceBranch: 'agent/PROJ-1', headSha: HEAD, hasConflicts: true as const };
  const context = { self: AGENT, bindings: [binding], targetSha: TARGET };
  return planTargetMerge(aMergeRequest({ ...ours, ...values }), binding, context);
}

it('is one task for each pair of heads', () => {
  expect(plan()).toMatchObject({
    action: 'enqueue',
    task: {
      kind: 'update',
      id: `update~7~3~${HEAD}~target~${TARGET}`,
      scope: 'mr~7~3',
      credentialRef: 'team_a',
      cause: { kind: 'target', targetSha: TARGET },
    },
  });
});

it('is a draft as well as one that is ready, because the agent opens drafts', () => {
  expect(plan({ draft: true }).action).toBe('enqueue');
});

const { hasConflicts: _, ...fine } = aMergeRequest({
  author: AGENT,
  sourceBranch: 'agent/PROJ-1',
  hasConflicts: true,
});

it.each<{ name: string; values?: Partial<MergeRequest>; rules?: Partial<Binding>; reason: string }>([
  { name: 'a binding that does not say so', rules: { mergeTarget: 'off' }, reason: 'merge-target-off' },
  { name: 'one that is merged', values: { state: 'merged' }, reason: 'closed' },
  { name: 'one that a person opened', values: { author: PERSON }, reason: 'not-own' },
  { name: 'one of a fork', values: { sourceProjectId: 8 }, reason: 'not-own' },
  { name: 'a branch that is no ticket', values: { sourceBranch: 'feature/cache' }, reason: 'not-own' },
  { name: 'one without a commit', values: { headSha: '' }, reason: 'no-conflict' },
])('leaves $name alone', ({ values, rules, reason }) => {
  expect(plan(values, rules)).toEqual({ action: 'skip', reason });
});

it('leaves one alone that GitLab has found no conflict with', () => {
  const binding = { ...aReviewedBinding(), mergeTarget: 'on' as const };
  const context = { self: AGENT, bindings: [binding], targetSha: TARGET };
  expect(planTargetMerge(fine, binding, context)).toEqual({ action: 'skip', reason: 'no-conflict' });
});
