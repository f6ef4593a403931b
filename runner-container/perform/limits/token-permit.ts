import type { Budget, MonthLimits } from '../../../shared/domain/mapping/binding.ts';
import { entryKey } from '../../../shared/domain/mapping/binding-key.ts';
import type { MonthOwner } from '../../../shared/domain/ports/budgets.ts';
import { type LimitedRun, type LimitingDeps, toHolder } from '../run/run-limits.ts';

/** A place among the runs that are promised tokens of one budget. */
export interface TokenPermit {
  take(): Promise<void>;
  /**
   * Gives the permit up and waits to be woken by the end of another run; false when no other run is at work, so that
   * what is promised is promised to dead ones and is not free again in this day or month.
   */
  waitForOthers(): Promise<boolean>;
  /** Wakes as many as may begin then. */
  release(): Promise<void>;
}

/**
 * Every run that is promised tokens of a binding, or of the deployment, sits in one pool while it works; there is
 * always room in it. Where no tokens are limited it does nothing.
 */
export function createTokenPermit(
  owner: MonthOwner,
  { run, binding }: LimitedRun,
  { limits, log }: LimitingDeps,
): TokenPermit {
  const { budget } = binding;
  const promises = owner === 'binding' ? countPromises(budget) : countMonthPromises(limits.month ?? {}, budget);
  if (promises === undefined) {
    return { take: async () => {}, waitForOthers: async () => false, release: async () => {} };
  }
  const pool = owner === 'binding' ? `tokens~${entryKey(binding)}` : 'tokens';
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
        await limits.wake(await permits.release(pool, holder, promises + 1));
      } catch (error) {
        log.warn('waiting runs not woken', { pool, error });
      }
    },
  };
}

/** So many runs can be promised all they may use; one more gets the rest. Absent where tokens are not limited. */
function countPromises({ tokensPerDay, ...budget }: Budget): number | undefined {
  const ofDay = tokensPerDay === undefined ? undefined : Math.floor(tokensPerDay / budget.maxTokens);
  const counts = [ofDay, countMonthPromises(budget, budget)].filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : Math.min(...counts);
}

function countMonthPromises(
  { tokensPerMonth }: MonthLimits,
  { maxTokens }: Pick<Budget, 'maxTokens'>,
): number | undefined {
  return tokensPerMonth === undefined ? undefined : Math.floor(tokensPerMonth / maxTokens);
}
