import type { MonthLimits } from '../../../shared/domain/mapping/binding.ts';
import { bindingName, entryKey } from '../../../shared/domain/mapping/binding-key.ts';
import type {
  BudgetEntry,
  BudgetLimits,
  BudgetPlan,
  CountedUse,
  MonthOwner,
} from '../../../shared/domain/ports/budgets.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { formatCost } from '../../../shared/domain/runs/run-cost.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { nextUtcDay, nextUtcMonth, utcDay } from '../../../shared/kernel/utc-day.ts';
import { type LimitedRun, type LimitingDeps, PERMIT_WAIT_MS } from '../run/run-limits.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { findUnpriced, type Unpriced } from './find-unpriced.ts';
import { type Meter, meterAgent } from './meter-agent.ts';
import { createTokenPermit, type TokenPermit } from './token-permit.ts';

/**
 * Does the work with the tokens it is promised of the day and the month, and settles afterwards what it has used. Where
 * only promises to runs at work stand in the way, the run waits until one of them ends; where the day or the month is
 * used up, until the next one.
 */
export async function withinBudget(
  limited: LimitedRun,
  deps: LimitingDeps,
  signal: AbortSignal,
  work: (deps: Pick<RunnerDeps, 'runAgent' | 'promisedTokens'>) => Promise<Outcome>,
): Promise<Outcome> {
  const { clock, limits } = deps;
  const { budget } = limited.binding;
  const months = listMonths(budget, limits.month);
  if (budget.runsPerDay === undefined && budget.tokensPerDay === undefined && months.length === 0) return work(deps);
  const unpriced = findUnpriced(limited, limits);
  if (unpriced) return waitForPrice(unpriced, limited, deps);

  const day = utcDay(clock.now());
  const entry: BudgetEntry = { bindingKey: entryKey(limited.binding), day, runId: limited.run.runId, months };
  const permits = {
    binding: createTokenPermit('binding', limited, deps),
    deployment: createTokenPermit('deployment', limited, deps),
  };
  // Before anything is promised, so that every promise that can be seen is known to be of a run at work or of none.
  await permits.binding.take();
  try {
    await permits.deployment.take();
    const plan = await limits.budgets.start(entry, toBudgetLimits(limited, deps));
    if (plan.action === 'wait') return await waitForBudget(plan, permits, limited, deps);
    sayOtherCosts(plan, limited, deps);
    const meter = meterAgent(deps.runAgent, plan.share.reservedTokens, limits, (counted) =>
      countUse(entry, plan.share.begins ?? 0, counted, deps),
    );
    try {
      return await work({ runAgent: meter.runAgent, promisedTokens: plan.share.reservedTokens });
    } finally {
      await endEntry(entry, meter, deps, signal);
    }
  } finally {
    await permits.deployment.release();
    await permits.binding.release();
  }
}

/**
 * A limit is one of the currency that is counted now: what was spent in another one before is never silently left out.
 */
function sayOtherCosts(
  { otherCosts = [] }: Extract<BudgetPlan, { action: 'start' }>,
  { binding }: LimitedRun,
  { limits, log }: LimitingDeps,
): void {
  if (otherCosts.length === 0) return;
  const currency = limits.prices?.currency;
  const notCounted = otherCosts.map(formatCost).join(', ');
  log.warn('month has money in another currency', { binding: bindingName(binding), currency, notCounted });
}

/** A run is not stopped by it; if its runner dies then, what was counted last is what it counts. */
async function countUse(
  entry: BudgetEntry,
  begins: number,
  counted: CountedUse,
  { limits, log }: LimitingDeps,
): Promise<void> {
  try {
    await limits.budgets.count(entry, begins, counted);
  } catch (error) {
    log.warn('use not counted ahead', { ...entry, tokens: counted.tokens, error });
  }
}

/** Whose months have a limit. */
function listMonths(budget: MonthLimits, deployment: MonthLimits | undefined): MonthOwner[] {
  const isLimited = ({ runsPerMonth, tokensPerMonth, costPerMonth }: MonthLimits) =>
    (runsPerMonth ?? tokensPerMonth ?? costPerMonth) !== undefined;
  return [
    ...(isLimited(budget) ? (['binding'] as const) : []),
    ...(deployment && isLimited(deployment) ? (['deployment'] as const) : []),
  ];
}

function toBudgetLimits({ binding }: LimitedRun, { limits }: LimitingDeps): BudgetLimits {
  return {
    ...binding.budget,
    ...(limits.month ? { deployment: limits.month } : {}),
    ...(limits.prices ? { currency: limits.prices.currency } : {}),
  };
}

async function waitForPrice(
  { owner, model }: Unpriced,
  { binding, notifyQueued }: LimitedRun,
  { clock, log }: LimitingDeps,
): Promise<Outcome> {
  const project = bindingName(binding);
  log.warn('model without a price', { binding: project, model });
  await notifyQueued({
    reason: 'price-unknown',
    ...(owner === 'binding' ? { project } : {}),
    ...(model === undefined ? {} : { model }),
  });
  return { kind: 'wait', reason: 'price-unknown', until: nextUtcDay(clock.now()) };
}

async function waitForBudget(
  plan: Extract<BudgetPlan, { action: 'wait' }>,
  permits: Record<MonthOwner, TokenPermit>,
  { binding, notifyQueued }: LimitedRun,
  { clock }: LimitingDeps,
): Promise<Outcome> {
  const project = bindingName(binding);
  const now = clock.now();
  const month = 'month' in plan ? plan.month : undefined;
  const owner = month === 'deployment' ? {} : { project };
  if (plan.spent === 'promised' && (await permits[month ?? 'binding'].waitForOthers())) {
    await notifyQueued({ reason: 'promised', ...owner, ...(month ? { month: true } : {}) });
    return { kind: 'wait', reason: 'concurrency', until: now + PERMIT_WAIT_MS };
  }
  const spent = plan.spent === 'promised' ? 'tokens' : plan.spent;
  if (month) {
    const until = nextUtcMonth(now);
    await notifyQueued({ reason: 'month-budget', ...owner, spent, until });
    return { kind: 'wait', reason: month === 'binding' ? 'month-budget' : 'deployment-budget', until };
  }
  const until = nextUtcDay(now);
  await notifyQueued({ reason: 'budget', project, spent: spent === 'runs' ? 'runs' : 'tokens', until });
  return { kind: 'wait', reason: 'budget', until };
}

async function endEntry(
  entry: BudgetEntry,
  meter: Pick<Meter, 'usedTokens' | 'cost'>,
  { limits, log }: LimitingDeps,
  signal: AbortSignal,
): Promise<void> {
  // The runner that took the run over has counted our promise as used already.
  if (signal.aborted && signal.reason instanceof TaskError && signal.reason.code === 'claim-lost') return;
  const usedTokens = meter.usedTokens();
  const cost = meter.cost();
  try {
    await limits.budgets.end(entry, usedTokens, cost);
  } catch (error) {
    log.warn('budget not settled', { ...entry, usedTokens, ...(cost ? { cost: cost.amount } : {}), error });
  }
}
