import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DayShare, MonthOwner, MonthTotal } from '../ports/budgets.ts';
import { type Accounts, planBudgets } from './plan-budgets.ts';
import { planMonthEnd } from './plan-month-budget.ts';

const none: MonthTotal = { runs: 0, usedTokens: 0, reservedTokens: 0 };
const accounts = (day: MonthTotal, binding: MonthTotal, deployment: MonthTotal): Accounts => ({
  day: { total: day, share: undefined },
  months: [
    { owner: 'binding', total: binding, share: undefined },
    { owner: 'deployment', total: deployment, share: undefined },
  ],
});

it.each([
  { name: 'the month before the day', day: 1, binding: 1, deployment: 0, month: 'binding' },
  { name: 'the deployment where only it is used up', day: 0, binding: 0, deployment: 1, month: 'deployment' },
  { name: 'the day where only it is used up', day: 1, binding: 0, deployment: 0, month: undefined },
])('names what keeps a run waiting for longest: $name', ({ day, binding, deployment, month }) => {
  const begun = accounts({ ...none, runs: day }, { ...none, runs: binding }, { ...none, runs: deployment });
  const limits = { maxTokens: 1, runsPerDay: 1, runsPerMonth: 1, deployment: { runsPerMonth: 1 } };
  const { answer, begun: changed } = planBudgets(begun, limits);
  expect(answer).toEqual({ action: 'wait', spent: 'runs', ...(month ? { month } : {}) });
  expect(changed).toBeUndefined();
});

it('takes what is used up for the reason, where something else is only promised', () => {
  const promised = { ...none, reservedTokens: 100 };
  const plan = planBudgets(accounts({ ...none, usedTokens: 100 }, promised, none), {
    maxTokens: 50,
    tokensPerDay: 100,
    tokensPerMonth: 100,
  });
  expect(plan.answer).toEqual({ action: 'wait', spent: 'tokens' });
});

it('promises the same to each, the fewest that one has left', () => {
  const limits = { maxTokens: 60, tokensPerDay: 100, tokensPerMonth: 100, deployment: { tokensPerMonth: 1000 } };
  const { begun } = planBudgets(accounts(none, { ...none, usedTokens: 70 }, none), limits);
  const promises = [begun?.day, ...(begun?.months ?? [])].map((one) => one?.share.reservedTokens);
  expect(promises).toEqual([30, 30, 30]);
});

it('lets no month be exceeded, whatever runs of two bindings begin, end and die', () => {
  const step = fc.record({ run: fc.nat(5), ends: fc.boolean(), part: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const totals = { binding: [none, none], deployment: none };
      const shares = new Map<number, DayShare>();
      for (const { run, ends, part } of steps) {
        const project = run % 2;
        const share = shares.get(run);
        const all = [totals.binding[project] ?? none, totals.deployment];
        if (share && share.reservedTokens > 0 && ends) {
          const used = Math.floor(share.reservedTokens * part);
          const [binding, deployment] = all.map((total) => planMonthEnd(total, share, used, undefined));
          totals.binding[project] = binding?.total ?? none;
          totals.deployment = deployment?.total ?? none;
          shares.set(run, binding?.share ?? share);
          continue;
        }
        const owners: MonthOwner[] = ['binding', 'deployment'];
        const months = owners.map((owner, index) => ({ owner, total: all[index] ?? none, share }));
        const { begun } = planBudgets(
          { day: { total: none, share: undefined }, months },
          { maxTokens: 50, tokensPerMonth: 100, deployment: { tokensPerMonth: 150 } },
        );
        const [binding, deployment] = begun?.months ?? [];
        if (!binding || !deployment) continue;
        totals.binding[project] = binding.total;
        totals.deployment = deployment.total;
        shares.set(run, binding.share);
      }
      const used = ({ usedTokens, reservedTokens }: MonthTotal) => usedTokens + reservedTokens;
      expect(Math.max(...totals.binding.map(used))).toBeLessThanOrEqual(100);
      expect(used(totals.deployment)).toBeLessThanOrEqual(150);
      expect(used(totals.deployment)).toBe(totals.binding.map(used).reduce((sum, one) => sum + one, 0));
    }),
  );
});
