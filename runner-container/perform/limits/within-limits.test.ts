import { describe, expect, it, vi } from 'vitest';
import type { Budget, MonthLimits } from '../../../shared/domain/mapping/binding.ts';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import type { QueuedWait } from '../../../shared/domain/messages/format-ticket-note.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ModelPrices } from '../../../shared/domain/runs/run-cost.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { AgentLimits, AgentRequest, RunAgent } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { withinLimits } from './within-limits.ts';

const DONE: Outcome = { kind: 'done', result: { what: 'no-changes' } };
const usage = (tokens: number) => ({ modelCalls: 1, inputTokens: tokens - 1, outputTokens: 1 });
const request = (limits: Partial<AgentLimits> = {}) =>
  ({ limits: { maxTokens: 1000, ...limits } }) as AgentRequest<unknown>; // the meter reads only the limits

/** A session of these tests, 99 tokens in and one out, costs 1.00. */
const PRICES: ModelPrices = { currency: 'EUR', models: new Map([['gpt-5', { input: 10_000, output: 10_000 }]]) };

function createFixture({
  budget = {},
  maxConcurrentRuns,
  total,
  month,
  prices = PRICES,
  source = { jira_project: 'PROJ', repo: 'group/app' },
}: {
  budget?: Partial<Budget>;
  maxConcurrentRuns?: number;
  total?: number;
  month?: MonthLimits;
  prices?: ModelPrices | undefined;
  source?: Parameters<typeof resolveBinding>[0];
} = {}) {
  const clock = createManualClock();
  const log = createMemoryLog();
  const storage = createMemoryStorage({ clock });
  const resolved = resolveBinding(source);
  const binding = {
    ...resolved,
    budget: { ...resolved.budget, maxTokens: 1000, ...budget },
    ...(maxConcurrentRuns === undefined ? {} : { maxConcurrentRuns }),
  };
  const notified: QueuedWait[] = [];
  const woken: string[] = [];
  const sessions: number[] = [];
  const runAgent: RunAgent = async (asked) => {
    sessions.push(asked.limits.maxTokens);
    if (asked.prompt === 'call') await asked.onModelCall?.({ modelCalls: 1, inputTokens: 600, outputTokens: 100 });
    if (asked.prompt === 'fail') throw new AgentFailure('agent-no-result', { usage: usage(30), transcript: '' });
    // The result is not read here.
    return { result: undefined as never, resultFrom: 'tool', usage: usage(100), transcript: '' };
  };
  const limits = {
    permits: storage.permits,
    budgets: storage.budgets,
    wake: async (ids: readonly string[]) => void woken.push(...ids),
    ...(total === undefined ? {} : { maxConcurrentRuns: total }),
    ...(month ? { month } : {}),
    prices,
    model: 'gpt-5',
  };
  const start = async (
    name: string,
    work: (deps: { runAgent: RunAgent }) => Promise<Outcome>,
    signal = new AbortController().signal,
    counted = limits,
  ) => {
    const task = aCodingTask({ issueKey: `PROJ-${name}` });
    const runner = `runner/${name}`;
    await storage.scopes.take({ scope: task.scope, runId: `run-${name}`, holder: runner, leaseMs: 60 * MINUTE });
    const run = aRun({ runId: `run-${name}`, task, runner });
    const notifyQueued = async (wait: QueuedWait) => void notified.push(wait);
    return withinLimits({ run, binding, notifyQueued }, { limits: counted, runAgent, clock, log }, signal, work);
  };
  return { limits, log, clock, start, notified, woken, sessions, storage, binding };
}

describe('limits of runs', () => {
  it.each([{ maxConcurrentRuns: 1 }, { total: 1 }])(
    'put a run off while another has the permit, and wake it: %o',
    async (options) => {
      const { start, notified, woken, clock } = createFixture(options);
      const outcome = await start('1', async () => {
        const second = await start('2', async () => DONE);
        expect(second).toEqual({ kind: 'wait', reason: 'concurrency', until: clock.now() + 5 * MINUTE });
        return DONE;
      });
      expect(outcome).toEqual(DONE);
      expect(notified).toEqual([{ reason: 'concurrency', ...('total' in options ? {} : { project: 'PROJ' }) }]);
      expect(woken).toEqual(['run-2']);
      expect(await start('2', async () => DONE)).toEqual(DONE);
    },
  );

  it.each([{ maxConcurrentRuns: 1 }, { total: 1 }, { maxConcurrentRuns: 1, total: 1 }])(
    'count a run that asks twice once: the answer to the first request was lost on the way: %o',
    async (options) => {
      const { start, notified } = createFixture(options);
      const outcome = await start('1', async () => {
        expect(await start('1', async () => DONE)).toEqual(DONE);
        return DONE;
      });
      expect(outcome).toEqual(DONE);
      expect(notified).toEqual([]);
      expect(await start('2', async () => DONE)).toEqual(DONE);
    },
  );

  it('give the permit back when the work fails, and the one of the binding when the deployment is full', async () => {
    const { start } = createFixture({ maxConcurrentRuns: 2, total: 1 });
    await expect(start('1', async () => Promise.reject(new TaskError('clone-failed')))).rejects.toMatchObject({
      code: 'clone-failed',
    });
    await start('2', async () => {
      expect((await start('3', async () => DONE)).kind).toBe('wait');
      expect((await start('4', async () => DONE)).kind).toBe('wait');
      return DONE;
    });
    expect((await start('5', async () => DONE)).kind).toBe('done');
  });

  it('put a run off to the next UTC day when the runs of the day are used up', async () => {
    const { start, notified, clock } = createFixture({ budget: { runsPerDay: 1 } });
    await start('1', async () => DONE);
    const tomorrow = Date.UTC(2026, 0, 6);
    expect(await start('2', async () => DONE)).toEqual({ kind: 'wait', reason: 'budget', until: tomorrow });
    expect(notified).toEqual([{ reason: 'budget', project: 'PROJ', spent: 'runs', until: tomorrow }]);
    await clock.advance(tomorrow - clock.now());
    expect((await start('2', async () => DONE)).kind).toBe('done');
  });

  it('count the tokens of all sessions, failed ones too, and keep them together below what was promised', async () => {
    const { start, sessions } = createFixture({ budget: { tokensPerDay: 1100 } });
    await start('1', async ({ runAgent }) => {
      const { signal } = new AbortController();
      await runAgent(request(), signal);
      await expect(runAgent({ ...request(), prompt: 'fail' }, signal)).rejects.toMatchObject({
        code: 'agent-no-result',
      });
      return DONE;
    });
    expect(sessions).toEqual([1000, 900]);
    // 130 of 1,100 are gone.
    await start('2', async ({ runAgent }) => {
      await runAgent(request(), new AbortController().signal);
      return DONE;
    });
    expect(sessions.at(-1)).toBe(970);
  });

  it('let a run begin with what others at work leave of the tokens, and put the next one off until one of them ends', async () => {
    const { start, notified, woken, clock } = createFixture({ budget: { tokensPerDay: 1500 } });
    const work = async () => {
      const second = await start('2', async () => {
        expect(await start('3', async () => DONE)).toEqual({
          kind: 'wait',
          reason: 'concurrency',
          until: clock.now() + 5 * MINUTE,
        });
        return DONE;
      });
      expect(second).toEqual(DONE);
      return DONE;
    };
    expect(await start('1', work)).toEqual(DONE);
    expect(notified).toEqual([{ reason: 'promised', project: 'PROJ' }]);
    expect(woken).toEqual(['run-3']);
    expect(await start('3', async () => DONE)).toEqual(DONE);
  });

  it('allow more than one run a day where a run may use the whole day', async () => {
    const { start } = createFixture({ budget: { tokensPerDay: 1000 } });
    for (const name of ['1', '2', '3']) expect(await start(name, async () => DONE)).toEqual(DONE);
  });

  it('put a run off to the next UTC day when the tokens of the day are really used', async () => {
    const { start, notified } = createFixture({ budget: { tokensPerDay: 100 } });
    await start('1', async ({ runAgent }) => {
      await runAgent(request(), new AbortController().signal);
      return DONE;
    });
    const until = Date.UTC(2026, 0, 6);
    expect(await start('2', async () => DONE)).toEqual({ kind: 'wait', reason: 'budget', until });
    expect(notified).toEqual([{ reason: 'budget', project: 'PROJ', spent: 'tokens', until }]);
  });

  it.each([
    { name: 'a run that was asked to stop gives back what it did not use', code: 'interrupted', second: 'done' },
    {
      name: 'a run that lost its lease leaves its promise to the run that took over',
      code: 'claim-lost',
      second: 'wait',
    },
  ] as const)('$name', async ({ code, second }) => {
    const { start } = createFixture({ budget: { tokensPerDay: 1000 } });
    const aborted = new AbortController();
    const stopped = async () => {
      aborted.abort(new TaskError(code));
      return DONE;
    };
    await start('1', stopped, aborted.signal);
    // No run is at work whose end could give back what was promised, so it counts as used.
    expect(await start('2', async () => DONE)).toMatchObject(
      second === 'wait' ? { reason: 'budget' } : { kind: second },
    );
  });
});

describe('budgets of a month', () => {
  const february = Date.UTC(2026, 1, 1);
  const session = async ({ runAgent }: { runAgent: RunAgent }) => {
    await runAgent(request(), new AbortController().signal);
    return DONE;
  };

  it.each<{ name: string; options: Parameters<typeof createFixture>[0]; spent: string; of: 'PROJ' | undefined }>([
    { name: 'runs', options: { budget: { runsPerMonth: 1 } }, spent: 'runs', of: 'PROJ' },
    { name: 'tokens', options: { budget: { tokensPerMonth: 100 } }, spent: 'tokens', of: 'PROJ' },
    { name: 'money', options: { budget: { costPerMonth: 0.9 } }, spent: 'cost', of: 'PROJ' },
    { name: 'runs of the deployment', options: { month: { runsPerMonth: 1 } }, spent: 'runs', of: undefined },
    { name: 'tokens of the deployment', options: { month: { tokensPerMonth: 100 } }, spent: 'tokens', of: undefined },
    { name: 'money of the deployment', options: { month: { costPerMonth: 1 } }, spent: 'cost', of: undefined },
  ])('put a run off to the next UTC month when they are used up: $name', async ({ options, spent, of }) => {
    const { start, notified, clock } = createFixture(options);
    await start('1', session);
    const reason = of ? 'month-budget' : 'deployment-budget';
    expect(await start('2', session)).toEqual({ kind: 'wait', reason, until: february });
    expect(notified).toEqual([{ reason: 'month-budget', ...(of ? { project: of } : {}), spent, until: february }]);
    await clock.advance(february - clock.now());
    expect((await start('2', session)).kind).toBe('done');
  });

  it('let the run that began go on when the money is spent meanwhile, and count all of it', async () => {
    const { start, storage } = createFixture({ budget: { costPerMonth: 0.5 } });
    const outcome = await start('1', async (deps) => {
      await session(deps);
      return session(deps);
    });
    expect(outcome).toEqual(DONE);
    expect(await storage.budgets.findMonth({ month: '2026-01', bindingKey: 'PROJ' })).toMatchObject({
      usedTokens: 200,
      cost: { amount: 2, currency: 'EUR' },
    });
  });

  it('let a run begin as soon as the budget is raised', async () => {
    const { start, binding } = createFixture({ budget: { runsPerMonth: 1 } });
    await start('1', session);
    expect((await start('2', session)).kind).toBe('wait');
    binding.budget.runsPerMonth = 2;
    expect((await start('2', session)).kind).toBe('done');
  });

  it('of the deployment put a run off until one at work leaves tokens, and wake it', async () => {
    const { start, notified, woken, clock } = createFixture({ month: { tokensPerMonth: 1000 } });
    await start('1', async () => {
      const wait = { kind: 'wait', reason: 'concurrency', until: clock.now() + 5 * MINUTE };
      expect(await start('2', session)).toEqual(wait);
      return DONE;
    });
    expect(notified).toEqual([{ reason: 'promised', month: true }]);
    expect(woken).toEqual(['run-2']);
    expect(await start('2', session)).toEqual(DONE);
  });

  it.each([
    { name: 'of the binding', options: { budget: { costPerMonth: 5 } }, who: { project: 'PROJ' } },
    { name: 'of the deployment', options: { month: { costPerMonth: 5 } }, who: {} },
  ])('of money $name let no run begin whose model has no price, and say which', async ({ options, who }) => {
    const { start, notified, sessions } = createFixture({ ...options, prices: { currency: 'EUR', models: new Map() } });
    const until = Date.UTC(2026, 0, 6);
    expect(await start('1', session)).toEqual({ kind: 'wait', reason: 'price-unknown', until });
    expect(notified).toEqual([{ reason: 'price-unknown', ...who, model: 'gpt-5' }]);
    expect(sessions).toEqual([]);
  });

  it('that know no money need no price', async () => {
    const { start } = createFixture({ budget: { runsPerMonth: 5 }, prices: { currency: 'EUR', models: new Map() } });
    expect((await start('1', session)).kind).toBe('done');
  });

  it('count what an attempt uses before it uses it, so that a dead one counts no more than that', async () => {
    const { start, storage, sessions } = createFixture({ budget: { maxTokens: 1_000_000, costPerMonth: 5_000 } });
    const month = () => storage.budgets.findMonth({ month: '2026-01', bindingKey: 'PROJ' });
    const writes = vi.spyOn(storage.parts.rows.state, 'write');
    const dies = new AbortController();
    await start(
      '1',
      async ({ runAgent }) => {
        await runAgent({ ...request(), prompt: 'call' }, dies.signal);
        writes.mockClear();
        await runAgent({ ...request(), prompt: 'call' }, dies.signal);
        // The step of the first session has room for the second.
        expect(writes).not.toHaveBeenCalled();
        // The runner dies: the month is not settled, and the next attempt finds what was counted.
        dies.abort(new TaskError('claim-lost'));
        return DONE;
      },
      dies.signal,
    );
    expect(await month()).toMatchObject({ usedTokens: 0, reservedTokens: 1_000_000 });
    await start('1', async () => DONE);
    // What one call may use, and the step of 50,000.
    expect(await month()).toMatchObject({
      usedTokens: 50_700,
      reservedTokens: 0,
      cost: { amount: 507, currency: 'EUR' },
    });
    expect((await month()).cost).not.toHaveProperty('incomplete');
    expect(sessions).toHaveLength(2);
  });

  it.each([
    { name: 'a Jira project', source: { jira_project: 'PROJ', repo: 'group/app' }, binding: 'PROJ' },
    { name: 'a repository alone', source: { repo: 'Group/App' }, binding: 'Group/App' },
  ])('say in the log what $name has spent in another currency, which no limit counts', async ({ source, binding }) => {
    const { start, log, limits } = createFixture({ budget: { costPerMonth: 5 }, source });
    await start('1', session);
    const inDollar: ModelPrices = { ...PRICES, currency: 'USD' };
    await start('2', session, undefined, { ...limits, prices: inDollar });
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        event: 'month has money in another currency',
        fields: { binding, currency: 'USD', notCounted: '1.00 EUR' },
      },
    ]);
  });

  it('write nothing where there are none', async () => {
    const { start, storage } = createFixture({});
    const write = vi.spyOn(storage.parts.rows.state, 'write');
    await start('1', session);
    expect(write.mock.calls.filter(([partition]) => partition === 'budgets')).toEqual([]);
  });
});
