import { MINUTE } from '../../shared/clock.ts';
import { TaskError } from '../../shared/errors.ts';
import type { Binding } from '../../shared/mapping/binding.ts';
import type { TurnWait } from '../../shared/reporting/format-ticket-note.ts';
import type { DayBudgets, DayEntry } from '../../shared/state/day-budgets.ts';
import type { SlotHolder, Slots } from '../../shared/state/slots.ts';
import type { Outcome } from '../../shared/tasks/outcome.ts';
import { nextUtcDay, utcDay } from '../../shared/tasks/plan-day-budget.ts';
import type { Run } from '../../shared/tasks/run.ts';
import { meterAgent } from './meter-agent.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** What keeps the number of runs and what they use up within what the map and the deployment allow. */
export interface RunLimits {
  slots: Slots;
  budgets: DayBudgets;
  /** Runs at work at once in the whole deployment; absent means as many as there are runners. */
  maxConcurrentRuns?: number;
  /** Sends runs that waited for a slot. */
  wake: (runIds: readonly string[]) => Promise<void>;
}

export interface LimitedRun {
  run: Run;
  binding: Binding;
  /** Tells the person who waits, once, when it goes on. */
  tellTurn: (wait: TurnWait) => Promise<void>;
}

type LimitDeps = Pick<RunnerDeps, 'limits' | 'runAgent' | 'clock' | 'log'>;

/** A run that waits for a slot is woken when one is free; this is for the case that nobody wakes it. */
const TURN_MS = 5 * MINUTE;

/**
 * Does the work if the binding and the deployment have room for it, and otherwise puts the run off: until a slot is free, or until
 * the next UTC day. A binding without limits costs nothing here.
 *
 * Slots are exact. Tokens are promised before the work and settled after it, so a day's budget is never exceeded by runs at work
 * together; a runner that dies has used up all it was promised, which errs on the safe side.
 */
export async function withinLimits(
  limited: LimitedRun,
  deps: LimitDeps,
  signal: AbortSignal,
  work: (deps: Pick<RunnerDeps, 'runAgent'>) => Promise<Outcome>,
): Promise<Outcome> {
  const { limits } = deps;
  if (!limits) return work(deps);
  const pools = listPools(limited.binding, limits);
  const taken: Pool[] = [];
  const holder = toHolder(limited.run);
  try {
    for (const pool of pools) {
      if ((await limits.slots.take(pool.name, holder, pool.max)) === 'full')
        return await waitForSlot(pool, limited, deps);
      taken.push(pool);
    }
    return await withinBudget(limited, { ...deps, limits }, signal, work);
  } finally {
    await releaseSlots(taken, holder, { ...deps, limits });
  }
}

interface Pool {
  name: string;
  max: number;
  jiraProject?: string;
}

function listPools({ jiraProject, maxConcurrentRuns }: Binding, limits: RunLimits): Pool[] {
  const ofBinding =
    maxConcurrentRuns === undefined ? [] : [{ name: `binding~${jiraProject}`, max: maxConcurrentRuns, jiraProject }];
  const ofAll = limits.maxConcurrentRuns === undefined ? [] : [{ name: 'total', max: limits.maxConcurrentRuns }];
  return [...ofBinding, ...ofAll];
}

function toHolder({ runId, task, runner }: Run): SlotHolder {
  return { runId, scope: task.scope, holder: runner ?? runId };
}

async function waitForSlot({ jiraProject }: Pool, { tellTurn }: LimitedRun, { clock }: LimitDeps): Promise<Outcome> {
  await tellTurn({ reason: 'concurrency', ...(jiraProject === undefined ? {} : { jiraProject }) });
  return { kind: 'wait', reason: 'concurrency', until: clock.now() + TURN_MS };
}

type LimitingDeps = LimitDeps & { limits: RunLimits };

/** A slot that cannot be given back frees itself when the lease on the scope ends. */
async function releaseSlots(pools: readonly Pool[], holder: SlotHolder, { limits, log }: LimitingDeps): Promise<void> {
  for (const { name, max } of pools.toReversed()) {
    try {
      await limits.wake(await limits.slots.release(name, holder, max));
    } catch (error) {
      log.warn('slot not released', { pool: name, error });
    }
  }
}

async function withinBudget(
  { run, binding, tellTurn }: LimitedRun,
  deps: LimitingDeps,
  signal: AbortSignal,
  work: (deps: Pick<RunnerDeps, 'runAgent'>) => Promise<Outcome>,
): Promise<Outcome> {
  const { clock, limits } = deps;
  const { jiraProject, budget } = binding;
  if (budget.runsPerDay === undefined && budget.tokensPerDay === undefined) return work(deps);

  const now = clock.now();
  const entry: DayEntry = { jiraProject, day: utcDay(now), runId: run.runId };
  const plan = await limits.budgets.start(entry, budget);
  if (plan.action === 'wait') {
    const until = nextUtcDay(now);
    await tellTurn({ reason: 'budget', jiraProject, spent: plan.spent, until });
    return { kind: 'wait', reason: 'budget', until };
  }
  const meter = meterAgent(deps.runAgent, plan.share.reservedTokens);
  try {
    return await work(meter);
  } finally {
    await endDay(entry, meter.usedTokens(), deps, signal);
  }
}

async function endDay(
  entry: DayEntry,
  usedTokens: number,
  { limits, log }: LimitingDeps,
  signal: AbortSignal,
): Promise<void> {
  // Whoever took the run over has counted our promise as used already.
  if (signal.aborted && signal.reason instanceof TaskError && signal.reason.code === 'claim-lost') return;
  try {
    await limits.budgets.end(entry, usedTokens);
  } catch (error) {
    log.warn('budget not settled', { ...entry, usedTokens, error });
  }
}
