import type { DayEntry, DayLimits } from '../../../shared/domain/ports/day-budgets.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { nextUtcDay, utcDay } from '../../../shared/kernel/utc-day.ts';
import { type LimitedRun, type LimitingDeps, PERMIT_WAIT_MS, toHolder } from '../run/run-limits.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { meterAgent } from './meter-agent.ts';

/**
 * Does the work with the tokens it is promised of the day, and settles afterwards what it has used. Where only promises
 * to runs at work stand in the way, the run waits until one of them ends; where the day is used up, until the next one.
 */
export async function withinDayBudget(
  limited: LimitedRun,
  deps: LimitingDeps,
  signal: AbortSignal,
  work: (deps: Pick<RunnerDeps, 'runAgent'>) => Promise<Outcome>,
): Promise<Outcome> {
  const { clock, limits } = deps;
  const { run, binding, notifyQueued } = limited;
  const { jiraProject, budget } = binding;
  if (budget.runsPerDay === undefined && budget.tokensPerDay === undefined) return work(deps);

  const now = clock.now();
  const entry: DayEntry = { jiraProject, day: utcDay(now), runId: run.runId };
  const permit = createTokenPermit(limited, deps);
  // Before anything is promised, so that every promise that can be seen is known to be of a run at work or of none.
  await permit.take();
  try {
    const plan = await limits.budgets.start(entry, budget);
    if (plan.action === 'start') {
      const meter = meterAgent(deps.runAgent, plan.share.reservedTokens);
      try {
        return await work(meter);
      } finally {
        await endDay(entry, meter.usedTokens(), deps, signal);
      }
    }
    if (plan.spent === 'promised' && (await permit.waitForOthers())) {
      await notifyQueued({ reason: 'promised', jiraProject });
      return { kind: 'wait', reason: 'concurrency', until: now + PERMIT_WAIT_MS };
    }
    const until = nextUtcDay(now);
    const spent = plan.spent === 'runs' ? 'runs' : 'tokens';
    await notifyQueued({ reason: 'budget', jiraProject, spent, until });
    return { kind: 'wait', reason: 'budget', until };
  } finally {
    await permit.release();
  }
}

interface TokenPermit {
  take(): Promise<void>;
  /**
   * Gives the permit up and waits to be woken by the end of another run; false when no other run is at work, so that
   * what is promised is promised to dead ones and is not free again today.
   */
  waitForOthers(): Promise<boolean>;
  /** Wakes as many as may begin then. */
  release(): Promise<void>;
}

/** Every run of a binding that has a budget of tokens sits in one pool while it works; there is always room in it. */
function createTokenPermit({ run, binding }: LimitedRun, { limits, log }: LimitingDeps): TokenPermit {
  const { jiraProject, budget } = binding;
  if (budget.tokensPerDay === undefined) {
    return { take: async () => {}, waitForOthers: async () => false, release: async () => {} };
  }
  const pool = `tokens~${jiraProject}`;
  const holder = toHolder(run);
  const { permits } = limits;
  let holds = false;
  return {
    async take() {
      await permits.take(pool, holder, Number.MAX_SAFE_INTEGER);
      holds = true;
    },
    async waitForOthers() {
      await permits.release(pool, holder, 0);
      holds = (await permits.take(pool, holder, 1)) === 'taken';
      return !holds;
    },
    async release() {
      if (!holds) return;
      try {
        await limits.wake(await permits.release(pool, holder, countFullPromises(budget) + 1));
      } catch (error) {
        log.warn('waiting runs not woken', { pool, error });
      }
    },
  };
}

/** So many runs can be promised all they may use; one more gets the rest. */
function countFullPromises({ tokensPerDay = 0, maxTokens }: DayLimits): number {
  return Math.floor(tokensPerDay / maxTokens);
}

async function endDay(
  entry: DayEntry,
  usedTokens: number,
  { limits, log }: LimitingDeps,
  signal: AbortSignal,
): Promise<void> {
  // The runner that took the run over has counted our promise as used already.
  if (signal.aborted && signal.reason instanceof TaskError && signal.reason.code === 'claim-lost') return;
  try {
    await limits.budgets.end(entry, usedTokens);
  } catch (error) {
    log.warn('budget not settled', { ...entry, usedTokens, error });
  }
}
