import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingName, entryKey } from '../../../shared/domain/mapping/binding-key.ts';
import type { PermitHolder } from '../../../shared/domain/ports/permits.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import {
  type LimitDeps,
  type LimitedRun,
  type LimitingDeps,
  PERMIT_WAIT_MS,
  type RunLimits,
  toHolder,
} from '../run/run-limits.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { withinBudget } from './within-budget.ts';

/**
 * Does the work if the binding and the deployment have room for it, and otherwise puts the run off: until others at
 * work have ended, or until the next UTC day. A binding without limits costs nothing here.
 *
 * Permits are exact. Tokens are promised before the work and settled after it, so a day's budget is never exceeded by
 * runs at work together; a runner that dies has used up what it had counted before each call of the model, which errs
 * on the safe side.
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
      if ((await limits.permits.take(pool.name, holder, pool.max)) === 'full')
        return await waitForPermit(pool, limited, deps);
      taken.push(pool);
    }
    return await withinBudget(limited, { ...deps, limits }, signal, work);
  } finally {
    await releasePermits(taken, holder, { ...deps, limits });
  }
}

interface Pool {
  name: string;
  max: number;
  /** The binding, for people; absent where it is of the deployment. */
  project?: string;
}

function listPools(binding: Binding, limits: RunLimits): Pool[] {
  const { maxConcurrentRuns: max } = binding;
  const ofBinding =
    max === undefined ? [] : [{ name: `binding~${entryKey(binding)}`, max, project: bindingName(binding) }];
  const ofAll = limits.maxConcurrentRuns === undefined ? [] : [{ name: 'total', max: limits.maxConcurrentRuns }];
  return [...ofBinding, ...ofAll];
}

async function waitForPermit({ project }: Pool, { notifyQueued }: LimitedRun, { clock }: LimitDeps): Promise<Outcome> {
  await notifyQueued({ reason: 'concurrency', ...(project === undefined ? {} : { project }) });
  return { kind: 'wait', reason: 'concurrency', until: clock.now() + PERMIT_WAIT_MS };
}

/** A permit that cannot be released frees itself when the lock on the scope ends. */
async function releasePermits(
  pools: readonly Pool[],
  holder: PermitHolder,
  { limits, log }: LimitingDeps,
): Promise<void> {
  for (const { name, max } of pools.toReversed()) {
    try {
      await limits.wake(await limits.permits.release(name, holder, max));
    } catch (error) {
      log.warn('permit not released', { pool: name, error });
    }
  }
}
