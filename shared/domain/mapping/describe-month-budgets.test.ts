import { expect, it } from 'vitest';
import { describeMonthBudgets } from './describe-month-budgets.ts';
import { resolveBinding } from './source/resolve-binding.ts';

const binding = (jiraProject: string, budget: object) =>
  resolveBinding({ jira_project: jiraProject, repo: 'group/app', budget });

it('differs with each budget of a month, and with nothing else', () => {
  const both = [binding('PROJ', { runs_per_month: 1 }), binding('OPS', {})];
  const before = describeMonthBudgets(both, undefined);
  expect(describeMonthBudgets(both.toReversed(), undefined)).toBe(before);
  expect(describeMonthBudgets([binding('PROJ', { runs_per_month: 1, max_turns: 3 }), binding('OPS', {})], {})).toBe(
    before,
  );
  const others = [
    describeMonthBudgets([binding('PROJ', { runs_per_month: 2 }), binding('OPS', {})], undefined),
    describeMonthBudgets([binding('PROJ', { tokens_per_month: 1 }), binding('OPS', {})], undefined),
    describeMonthBudgets([binding('PROJ', { runs_per_month: 1 }), binding('OPS', { cost_per_month: 1 })], undefined),
    describeMonthBudgets(both, { runsPerMonth: 1 }),
    describeMonthBudgets(both, { costPerMonth: 1 }),
  ];
  expect(new Set([before, ...others]).size).toBe(6);
});
