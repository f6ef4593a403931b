import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { MonthOwner } from '../../../domain/ports/budgets.ts';

const entry = (runId: string, day = '2026-01-05') => ({ bindingKey: 'PROJ', day, runId });
const LIMITS = { maxTokens: 60, tokensPerDay: 100 };

function createFixture() {
  const { budgets, parts } = createMemoryStorage({ clock: createManualClock() });
  return { budgets, rows: parts.rows.state };
}

it('a run that begins again counts once, and what its dead attempt had counted counts as used', async () => {
  const { budgets } = createFixture();
  await budgets.start(entry('run-1'), LIMITS);
  await budgets.count(entry('run-1'), 1, { tokens: 20 });
  await budgets.count(entry('run-1'), 1, { tokens: 70 });
  expect(await budgets.start(entry('run-1'), LIMITS)).toMatchObject({
    action: 'start',
    share: { usedTokens: 60, reservedTokens: 40 },
  });
  await budgets.end(entry('run-1'), 10);
  await budgets.start(entry('run-1'), LIMITS);
  await budgets.count(entry('run-1'), 3, { tokens: 30 });
  expect(await budgets.start(entry('run-1'), LIMITS)).toMatchObject({ action: 'wait' });
  expect(await budgets.find(entry('run-1'))).toEqual({ runs: 1, usedTokens: 70, reservedTokens: 30 });
  await budgets.end(entry('run-1'), 5);
  expect(await budgets.start(entry('run-1'), LIMITS)).toMatchObject({ share: { usedTokens: 75, reservedTokens: 25 } });
});

it('two runs of one day have a share each', async () => {
  const { budgets } = createFixture();
  await budgets.start(entry('run-1'), LIMITS);
  await budgets.start(entry('run-2'), LIMITS);
  await budgets.end(entry('run-2'), 5);
  expect(await budgets.find(entry('run-1'))).toEqual({ runs: 2, usedTokens: 5, reservedTokens: 60 });
  await budgets.end(entry('run-1'), 5);
  expect(await budgets.find(entry('run-1'))).toEqual({ runs: 2, usedTokens: 10, reservedTokens: 0 });
});

it('a run that may not begin, or never began, changes nothing', async () => {
  const { budgets, rows } = createFixture();
  await budgets.start(entry('run-1'), LIMITS);
  await budgets.start(entry('run-2'), LIMITS);
  const before = await budgets.find(entry('run-1'));
  const { write } = rows;
  let writes = 0;
  rows.write = (...args) => {
    writes += 1;
    return write(...args);
  };
  expect((await budgets.start(entry('run-3'), LIMITS)).action).toBe('wait');
  await budgets.end(entry('run-3'), 50);
  expect(writes).toBe(0);
  expect(await budgets.find(entry('run-1'))).toEqual(before);
});

it('a row that is not ours counts as nothing', async () => {
  const { budgets, rows } = createFixture();
  await budgets.start(entry('run-1'), LIMITS);
  const find = rows.find;
  rows.find = async (...args) => {
    const row = await find(...args);
    return row && { ...row, fields: { runs: 'many', usedTokens: Number.POSITIVE_INFINITY, reservedTokens: true } };
  };
  expect(await budgets.find(entry('run-1'))).toEqual({ runs: 0, usedTokens: 0, reservedTokens: 0 });
});

it('old days are forgotten row by row up to a limit, and only those that were there', async () => {
  const { budgets, rows } = createFixture();
  for (const day of ['2026-01-03', '2026-01-04', '2026-01-05']) await budgets.start(entry('run-1', day), LIMITS);
  expect(await budgets.purge('2026-01-05', 0)).toBe(0);
  expect(await budgets.purge('2026-01-05', 3)).toBe(3);
  const { write } = rows;
  rows.write = async () => undefined;
  expect(await budgets.purge('2026-01-05', 3)).toBe(0);
  rows.write = write;
  expect(await budgets.purge('2026-01-05', 3)).toBe(1);
  expect((await budgets.find(entry('run-1'))).runs).toBe(1);
});

it('a budget that changes too fast is an error', async () => {
  const { budgets, rows } = createFixture();
  rows.write = async () => undefined;
  await expect(budgets.start(entry('run-1'), LIMITS)).rejects.toMatchObject({
    code: 'storage-unavailable',
    detail: 'a budget changed faster than it could be written',
  });
});

it('a dead attempt that called no model has used nothing, and one of an earlier version all it was promised', async () => {
  const { budgets, rows } = createFixture();
  await budgets.start(entry('run-1'), LIMITS);
  expect(await budgets.start(entry('run-1'), LIMITS)).toMatchObject({ share: { usedTokens: 0, reservedTokens: 60 } });
  const { find } = rows;
  rows.find = async (...args) => {
    const row = await find(...args);
    const { countedTokens: _, begins: __, ...fields } = row?.fields ?? {};
    return row && { ...row, fields };
  };
  expect(await budgets.start(entry('run-1'), LIMITS)).toMatchObject({ share: { usedTokens: 60, reservedTokens: 40 } });
});

it('an attempt that is over counts nothing for the one after it', async () => {
  const { budgets } = createFixture();
  await budgets.start(entry('run-1'), LIMITS);
  await budgets.start(entry('run-1'), LIMITS);
  await budgets.count(entry('run-1'), 1, { tokens: 50 });
  expect(await budgets.start(entry('run-1'), LIMITS)).toMatchObject({ share: { usedTokens: 0 } });
  await budgets.end(entry('run-1'), 10);
  await budgets.count(entry('run-1'), 3, { tokens: 50 });
  expect(await budgets.start(entry('run-1'), LIMITS)).toMatchObject({ share: { usedTokens: 10 } });
});

describe('what an attempt counts before it dies', () => {
  const limits = { maxTokens: 60, costPerMonth: 10, currency: 'EUR' };
  const of = (day: string, ...months: MonthOwner[]) => ({ ...entry('run-1', day), months });
  const counted = { tokens: 20, cost: { amount: 4, currency: 'EUR' } };

  it.each([
    { name: 'that began on the day before', first: of('2026-01-05', 'binding', 'deployment'), day: '2026-01-06' },
    { name: 'from before the month had a limit', first: of('2026-01-05'), day: '2026-01-05' },
    { name: 'from before the deployment had a limit', first: of('2026-01-05', 'binding'), day: '2026-01-05' },
    { name: 'from before the limit, and of a later day', first: of('2026-01-05', 'deployment'), day: '2026-01-06' },
  ])('is used in the day and in both months, also of a run $name', async ({ first, day }) => {
    const { budgets } = createFixture();
    await budgets.start(first, limits);
    const second = of(day, 'binding', 'deployment');
    const plan = await budgets.start(second, limits);
    await budgets.count(second, plan.action === 'start' ? (plan.share.begins ?? 0) : 0, counted);
    // The first runner was taken for dead and is still at work: its count is none of this attempt.
    await budgets.count(first, 1, { tokens: 50 });

    await budgets.start(second, limits);
    const [binding, deployment] = await Promise.all([
      budgets.findMonth({ bindingKey: 'PROJ', month: '2026-01' }),
      budgets.findMonth({ month: '2026-01' }),
    ]);
    expect(await budgets.find(second)).toMatchObject({ usedTokens: 20 });
    expect(binding).toMatchObject({ runs: 1, usedTokens: 20, cost: counted.cost });
    expect(deployment).toMatchObject({ runs: 1, usedTokens: 20, cost: counted.cost });
  });

  it('goes on from shares of an earlier version, which had a number each', async () => {
    const { budgets, rows } = createFixture();
    const both = of('2026-01-05', 'binding');
    await budgets.start(both, limits);
    for await (const { key, fields, version } of rows.list('budgets')) {
      const begins = key.startsWith('2026-01:') ? 4 : undefined;
      const { begins: _, ...others } = fields;
      if (!key.includes(':run:')) continue;
      await rows.write('budgets', [
        { kind: 'replace', key, version, fields: { ...others, ...(begins ? { begins } : {}) } },
      ]);
    }
    expect(await budgets.start(both, limits)).toMatchObject({ share: { begins: 5 } });
    await budgets.count(both, 5, counted);
    await budgets.start(both, limits);
    expect(await budgets.findMonth({ bindingKey: 'PROJ', month: '2026-01' })).toMatchObject({ cost: counted.cost });
  });
});

it('a month has the money of a dead attempt, and a sum for each currency', async () => {
  const { budgets } = createFixture();
  const inEuro = { maxTokens: 60, costPerMonth: 10, currency: 'EUR' };
  const of = (runId: string) => ({ ...entry(runId), months: ['binding'] as const });
  const read = async () => {
    const { cost, otherCosts } = await budgets.findMonth({ bindingKey: 'PROJ', month: '2026-01' });
    return { cost, otherCosts };
  };
  await budgets.start(of('run-1'), inEuro);
  await budgets.count(of('run-1'), 1, { tokens: 20, cost: { amount: 4, currency: 'EUR' } });
  expect(await budgets.start(of('run-1'), inEuro)).not.toHaveProperty('otherCosts');
  await budgets.end(of('run-1'), 10, { amount: 5.5, currency: 'EUR' });
  expect(await read()).toEqual({ cost: { amount: 9.5, currency: 'EUR' }, otherCosts: undefined });

  const inDollar = { ...inEuro, currency: 'USD' };
  const spent = [{ amount: 9.5, currency: 'EUR' }];
  expect(await budgets.start(of('run-2'), inDollar)).toMatchObject({ action: 'start', otherCosts: spent });
  await budgets.end(of('run-2'), 10, { amount: 10, currency: 'USD' });
  expect(await read()).toEqual({ cost: { amount: 10, currency: 'USD' }, otherCosts: spent });
  expect(await budgets.start(of('run-3'), inDollar)).toMatchObject({ action: 'wait', spent: 'cost' });
  // A runner that still counts in the other one: both limits hold.
  expect(await budgets.start(of('run-3'), inEuro)).toMatchObject({ action: 'start' });
  await budgets.end(of('run-3'), 10, { amount: 0.5, currency: 'EUR' });
  expect(await read()).toEqual({
    cost: { amount: 10, currency: 'EUR' },
    otherCosts: [{ amount: 10, currency: 'USD' }],
  });
});

it('the money of a dead attempt that reaches the limit keeps its run and all others waiting, and counts once', async () => {
  const { budgets } = createFixture();
  const limits = { maxTokens: 60, costPerMonth: 10, currency: 'EUR', deployment: { costPerMonth: 100 } };
  const of = (runId: string) => ({ ...entry(runId), months: ['binding', 'deployment'] as const });
  const counted = (amount: number) => ({ tokens: 20, cost: { amount, currency: 'EUR' } });
  await budgets.start(of('run-1'), limits);
  await budgets.end(of('run-1'), 10, { amount: 6, currency: 'EUR' });
  await budgets.start(of('run-2'), limits);
  await budgets.count(of('run-2'), 1, counted(4));

  const waits = { action: 'wait', spent: 'cost', month: 'binding' };
  for (let again = 0; again < 2; again += 1) expect(await budgets.start(of('run-2'), limits)).toMatchObject(waits);
  // Its runner was taken for dead and is still at work.
  await budgets.count(of('run-2'), 1, counted(5));
  expect(await budgets.start(of('run-2'), limits)).toMatchObject(waits);
  expect(await budgets.start(of('run-3'), limits)).toMatchObject(waits);
  for (const month of [{ bindingKey: 'PROJ', month: '2026-01' }, { month: '2026-01' }])
    expect(await budgets.findMonth(month)).toMatchObject({ runs: 2, cost: { amount: 10, currency: 'EUR' } });

  const raised = { ...limits, costPerMonth: 20 };
  expect(await budgets.start(of('run-2'), raised)).toMatchObject({ action: 'start' });
  expect(await budgets.findMonth({ bindingKey: 'PROJ', month: '2026-01' })).toMatchObject({
    runs: 2,
    cost: { amount: 10, currency: 'EUR' },
  });
});
