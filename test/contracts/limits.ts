import { describe, expect, it } from 'vitest';
import { DAY } from '../../shared/kernel/clock.ts';
import { utcDay } from '../../shared/kernel/utc-day.ts';
import type { CreateFixture, StorageFixture } from './storage-fixture.ts';

/** A run that has the scope of its issue, as every run at work does. */
async function atWork({ scopes }: StorageFixture, name: string, leaseMs = 60_000) {
  const holder = { runId: `run-${name}`, scope: `issue~PROJ-${name}`, holder: `runner/${name}` };
  const taken = await scopes.take({ ...holder, leaseMs });
  if (taken.kind !== 'taken') throw new Error('the scope is busy');
  return { holder, lock: taken.lock };
}

/** What permits and day budgets keep on any storage. */
export function describeLimits(createFixture: CreateFixture): void {
  describe('permits', () => {
    it('are given to as many as allowed, of many at once', async () => {
      const fixture = await createFixture();
      const runs = await Promise.all(Array.from({ length: 8 }, (_, n) => atWork(fixture, String(n + 1))));
      const taken = await Promise.all(runs.map(({ holder }) => fixture.permits.take('pool', holder, 3)));
      expect(taken.filter((answer) => answer === 'taken')).toHaveLength(3);
      expect(await fixture.permits.take('another', runs[0]?.holder ?? raise(), 1)).toBe('taken');
    });

    it('name who waited when they are free again, in order, and only as many as may begin', async () => {
      const fixture = await createFixture();
      const [a, b, c] = [await atWork(fixture, '1'), await atWork(fixture, '2'), await atWork(fixture, '3')];
      expect(await fixture.permits.take('pool', a.holder, 1)).toBe('taken');
      expect(await fixture.permits.take('pool', a.holder, 1)).toBe('taken');
      expect(await fixture.permits.take('pool', b.holder, 1)).toBe('full');
      expect(await fixture.permits.take('pool', b.holder, 1)).toBe('full');
      expect(await fixture.permits.take('pool', c.holder, 1)).toBe('full');
      expect(await fixture.permits.release('pool', a.holder, 1)).toEqual(['run-2']);
      expect(await fixture.permits.take('pool', b.holder, 1)).toBe('taken');
      expect(await fixture.permits.release('pool', b.holder, 1)).toEqual(['run-3']);
    });

    it('are one for a run that asks twice, also when fewer are allowed meanwhile', async () => {
      const fixture = await createFixture();
      const [a, b, c] = [await atWork(fixture, '1'), await atWork(fixture, '2'), await atWork(fixture, '3')];
      expect(await fixture.permits.take('pool', a.holder, 2)).toBe('taken');
      expect(await fixture.permits.take('pool', a.holder, 2)).toBe('taken');
      expect(await fixture.permits.take('pool', b.holder, 2)).toBe('taken');
      expect(await fixture.permits.take('pool', b.holder, 1)).toBe('taken');
      expect(await fixture.permits.take('pool', c.holder, 2)).toBe('full');
    });

    it('name a run that asked twice once', async () => {
      const fixture = await createFixture();
      const [a, b, c] = [await atWork(fixture, '1'), await atWork(fixture, '2'), await atWork(fixture, '3')];
      await fixture.permits.take('pool', a.holder, 1);
      for (const { holder } of [b, b, c]) expect(await fixture.permits.take('pool', holder, 1)).toBe('full');
      expect(await fixture.permits.release('pool', a.holder, 3)).toEqual(['run-2', 'run-3']);
    });

    it('of a runner that died are free when its lock has ended', async () => {
      const fixture = await createFixture();
      const dead = await atWork(fixture, '1', 1000);
      await fixture.permits.take('pool', dead.holder, 1);
      const next = await atWork(fixture, '2');
      expect(await fixture.permits.take('pool', next.holder, 1)).toBe('full');
      await fixture.clock.advance(1000);
      expect(await fixture.permits.take('pool', next.holder, 1)).toBe('taken');
    });

    it('of dead runs name those that wait, and those of a pool that no run holds one at a time', async () => {
      const fixture = await createFixture();
      expect(await fixture.permits.releaseDead()).toEqual([]);
      const [dead, alive] = [await atWork(fixture, '1', 1000), await atWork(fixture, '2')];
      for (const { holder } of [dead, alive]) await fixture.permits.take('pool', holder, 2);
      const waiting = [await atWork(fixture, '3'), await atWork(fixture, '4'), await atWork(fixture, '5')];
      for (const { holder } of waiting) expect(await fixture.permits.take('pool', holder, 2)).toBe('full');
      expect(await fixture.permits.releaseDead()).toEqual([]);

      await fixture.clock.advance(1000);
      expect(await fixture.permits.releaseDead()).toEqual(['run-3']);
      expect(await fixture.permits.releaseDead()).toEqual([]);

      // The limit was lifted: the last holder asks for no permit any more, and so gives none back.
      await fixture.scopes.release(alive.lock);
      expect(await fixture.permits.releaseDead()).toEqual(['run-4']);
      expect(await fixture.permits.releaseDead()).toEqual(['run-5']);
      expect(await fixture.permits.releaseDead()).toEqual([]);
    });

    it('belong to the newest attempt of a run', async () => {
      const fixture = await createFixture();
      const first = await atWork(fixture, '1');
      await fixture.permits.take('pool', first.holder, 1);
      const second = { ...first.holder, holder: 'runner/again' };
      expect(await fixture.permits.take('pool', second, 1)).toBe('taken');
      await fixture.permits.release('pool', first.holder, 1);
      const other = await atWork(fixture, '2');
      await fixture.scopes.release(first.lock);
      await fixture.scopes.take({ ...second, leaseMs: 60_000 });
      expect(await fixture.permits.take('pool', other.holder, 1)).toBe('full');
    });
  });

  describe('day budgets', () => {
    const entry = (runId: string, day = '2026-01-05') => ({ bindingKey: 'PROJ', day, runId });

    it('let as many runs begin as allowed, of many at once', async () => {
      const { budgets } = await createFixture();
      const limits = { maxTokens: 10, runsPerDay: 3 };
      const plans = await Promise.all(Array.from({ length: 8 }, (_, n) => budgets.start(entry(`run-${n}`), limits)));
      expect(plans.filter(({ action }) => action === 'start')).toHaveLength(3);
      const began = plans.findIndex(({ action }) => action === 'start');
      expect((await budgets.start(entry(`run-${began}`), limits)).action).toBe('start');
      expect((await budgets.start(entry('run-9', '2026-01-06'), limits)).action).toBe('start');
      expect((await budgets.start({ ...entry('run-9'), bindingKey: 'OPS' }, limits)).action).toBe('start');
    });

    it('give back what a run was promised and did not use', async () => {
      const { budgets } = await createFixture();
      const limits = { maxTokens: 60, tokensPerDay: 100 };
      expect(await budgets.start(entry('run-1'), limits)).toMatchObject({ share: { reservedTokens: 60 } });
      expect(await budgets.start(entry('run-2'), limits)).toMatchObject({ share: { reservedTokens: 40 } });
      expect(await budgets.start(entry('run-3'), limits)).toEqual({ action: 'wait', spent: 'promised' });
      await budgets.end(entry('run-1'), 40);
      expect(await budgets.start(entry('run-3'), limits)).toMatchObject({ share: { reservedTokens: 20 } });
      await budgets.end(entry('run-3'), 20);
      await budgets.end(entry('run-2'), 40);
      expect(await budgets.start(entry('run-4'), limits)).toEqual({ action: 'wait', spent: 'tokens' });
    });

    it('promise no token twice, of many runs that begin at once', async () => {
      const { budgets } = await createFixture();
      const limits = { maxTokens: 60, tokensPerDay: 100 };
      const plans = await Promise.all(Array.from({ length: 6 }, (_, n) => budgets.start(entry(`run-${n}`), limits)));
      const promised = plans.map((plan) => (plan.action === 'start' ? plan.share.reservedTokens : 0));
      expect(promised.toSorted((a, b) => b - a)).toEqual([60, 40, 0, 0, 0, 0]);
    });

    it('say what is used up, and nothing about another day or project', async () => {
      const { budgets } = await createFixture();
      const nothing = { runs: 0, usedTokens: 0, reservedTokens: 0 };
      expect(await budgets.find(entry('run-1'))).toEqual(nothing);
      await budgets.start(entry('run-1'), { maxTokens: 60, tokensPerDay: 100 });
      expect(await budgets.find(entry('run-9'))).toEqual({ runs: 1, usedTokens: 0, reservedTokens: 60 });
      await budgets.end(entry('run-1'), 40);
      expect(await budgets.find(entry('run-9'))).toEqual({ runs: 1, usedTokens: 40, reservedTokens: 0 });
      expect(await budgets.find(entry('run-1', '2026-01-06'))).toEqual(nothing);
      expect(await budgets.find({ ...entry('run-1'), bindingKey: 'OPS' })).toEqual(nothing);
    });

    it('let no more begin in a month than it allows, of two projects at once, and count in all of them or in none', async () => {
      const { budgets } = await createFixture();
      const months = ['binding', 'deployment'] as const;
      const limits = { maxTokens: 10, runsPerMonth: 3, deployment: { runsPerMonth: 4 } };
      const plans = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          budgets.start({ ...entry(`run-${n}`), bindingKey: n % 2 ? 'PROJ' : 'OPS', months }, limits),
        ),
      );
      expect(plans.filter(({ action }) => action === 'start')).toHaveLength(4);
      const totals = await Promise.all(
        ['PROJ', 'OPS', undefined].map((bindingKey) =>
          budgets.findMonth({ month: '2026-01', ...(bindingKey ? { bindingKey } : {}) }),
        ),
      );
      const [proj = raise(), ops = raise(), all = raise()] = totals.map(({ runs }) => runs);
      expect([Math.max(proj, ops) <= 3, proj + ops, all]).toEqual([true, 4, 4]);
      const days = await Promise.all(
        ['PROJ', 'OPS'].map((bindingKey) => budgets.find({ bindingKey, day: '2026-01-05' })),
      );
      expect(days.map(({ runs }) => runs)).toEqual([proj, ops]);
      // Another month has its own count.
      expect((await budgets.start({ ...entry('run-11', '2026-02-01'), months }, limits)).action).toBe('start');
    });

    it('promise no token of a month twice, give back what is left, and add up money', async () => {
      const { budgets } = await createFixture();
      const months = ['deployment'] as const;
      const limits = { maxTokens: 60, deployment: { tokensPerMonth: 100, costPerMonth: 5 }, currency: 'EUR' };
      const plans = await Promise.all(
        Array.from({ length: 4 }, (_, n) => budgets.start({ ...entry(`run-${n}`), months }, limits)),
      );
      const promised = plans.map((plan) => (plan.action === 'start' ? plan.share.reservedTokens : 0));
      expect(promised.toSorted((a, b) => b - a)).toEqual([60, 40, 0, 0]);
      const began = promised.flatMap((tokens, index) => (tokens > 0 ? [`run-${index}`] : []));
      for (const runId of began) await budgets.end({ ...entry(runId), months }, 20, { amount: 2.5, currency: 'EUR' });
      expect(await budgets.findMonth({ month: '2026-01' })).toEqual({
        runs: 2,
        usedTokens: 40,
        reservedTokens: 0,
        cost: { amount: 5, currency: 'EUR' },
        limits: { tokensPerMonth: 100, costPerMonth: 5 },
      });
      expect(await budgets.findMonth({ month: '2026-01', bindingKey: 'PROJ' })).toMatchObject({ runs: 0 });
      expect(await budgets.start({ ...entry('run-9'), months }, limits)).toEqual({
        action: 'wait',
        spent: 'cost',
        month: 'deployment',
      });
    });

    it('keep a month while its days are forgotten, and forget it after its last one', async () => {
      const { budgets } = await createFixture();
      const months = ['binding', 'deployment'] as const;
      const limits = { maxTokens: 1, runsPerMonth: 9, deployment: { runsPerMonth: 9 } };
      for (const day of ['2026-01-01', '2026-01-31'])
        await budgets.start({ ...entry(`run-${day}`, day), months }, limits);
      const runsOf = async () => [
        (await budgets.findMonth({ month: '2026-01', bindingKey: 'PROJ' })).runs,
        (await budgets.findMonth({ month: '2026-01' })).runs,
      ];
      expect(await budgets.purge('2026-01-31', 100)).toBe(2);
      expect(await runsOf()).toEqual([2, 2]);
      expect(await budgets.purge('2026-02-01', 100)).toBe(8);
      expect(await runsOf()).toEqual([0, 0]);
    });

    it('forget old days', async () => {
      const { budgets, clock } = await createFixture();
      const limits = { maxTokens: 1, runsPerDay: 1 };
      await budgets.start(entry('run-1', utcDay(clock.now() - 4 * DAY)), limits);
      await budgets.start(entry('run-1', utcDay(clock.now())), limits);
      expect(await budgets.purge(utcDay(clock.now() - 3 * DAY), 10)).toBe(2);
      expect((await budgets.start(entry('run-2', utcDay(clock.now())), limits)).action).toBe('wait');
    });
  });
}

function raise(): never {
  throw new Error('there is none');
}
