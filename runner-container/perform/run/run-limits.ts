import type { Binding, MonthLimits } from '../../../shared/domain/mapping/binding.ts';
import type { QueuedWait } from '../../../shared/domain/messages/format-ticket-note.ts';
import type { Budgets } from '../../../shared/domain/ports/budgets.ts';
import type { PermitHolder, Permits } from '../../../shared/domain/ports/permits.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { ModelPrices } from '../../../shared/domain/runs/run-cost.ts';
import { type Clock, MINUTE } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import type { RunAgent } from '../../agent/agent.ts';

/** What keeps the number of runs and what they use up within what the map and the deployment allow. */
export interface RunLimits {
  permits: Permits;
  budgets: Budgets;
  /** Runs at work at once in the whole deployment; absent means as many as there are runners. */
  maxConcurrentRuns?: number;
  /** What the whole deployment may use in a month; absent means as much as its bindings. */
  month?: MonthLimits;
  /** What money is counted by; absent where no price is known. */
  prices?: ModelPrices;
  /** The model of work for which a binding names none. */
  model?: string;
  /** Sends runs that waited for a permit. */
  wake: (runIds: readonly string[]) => Promise<void>;
}

export interface LimitedRun {
  run: Run;
  binding: Binding;
  /** Informs the person who waits, once, when it goes on. */
  notifyQueued: (wait: QueuedWait) => Promise<void>;
}

export interface LimitDeps {
  /** Absent: everything may begin at once. */
  limits?: RunLimits;
  runAgent: RunAgent;
  clock: Clock;
  log: Log;
}

export type LimitingDeps = LimitDeps & { limits: RunLimits };

/** A run that waits for a permit is woken when one is free; this is for a wake-up that was lost. */
export const PERMIT_WAIT_MS = 5 * MINUTE;

/** A run as the pools of permits know it. */
export function toHolder({ runId, task, runner }: Run): PermitHolder {
  return { runId, scope: task.scope, holder: runner ?? runId };
}
