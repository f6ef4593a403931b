import { type Clock, systemClock } from '../clock.ts';
import { createQueueAccount } from '../queue/queue-account.ts';
import type { TaskQueue } from '../queue/task-queue.ts';
import type { ProjectCache } from '../registry/project-cache.ts';
import type { StorageAccount } from '../state/account.ts';
import { type AppliedMaps, createAppliedMaps } from '../state/applied-map.ts';
import type { Artefacts } from '../state/artefacts.ts';
import { type ConfigGeneration, createConfigGeneration } from '../state/config-generation.ts';
import { createRunLedger } from '../state/create-run-ledger.ts';
import { createDayBudgets, type DayBudgets } from '../state/day-budgets.ts';
import { createDecisions, type Decisions } from '../state/decisions.ts';
import { createErrands, type Errands } from '../state/errands.ts';
import { createPollerStates, type PollerStates } from '../state/poller-states.ts';
import { createProjectCache } from '../state/project-cache.ts';
import type { Rows } from '../state/rows.ts';
import type { RunLedger } from '../state/run-ledger.ts';
import { createScopes, type Scopes } from '../state/scopes.ts';
import { createSlots, type Slots } from '../state/slots.ts';
import { createStateAccount } from '../state/state-account.ts';
import { createWatermarks, type Watermarks } from '../state/watermarks.ts';
import { type Log, silentLog } from '../telemetry/log.ts';

/** Everything durable, by its ports. */
export interface Storage {
  queue: TaskQueue;
  ledger: RunLedger;
  scopes: Scopes;
  watermarks: Watermarks;
  projects: ProjectCache;
  generation: ConfigGeneration;
  appliedMaps: AppliedMaps;
  pollers: PollerStates;
  decisions: Decisions;
  errands: Errands;
  slots: Slots;
  budgets: DayBudgets;
  artefacts: Artefacts;
}

export interface StorageOptions {
  clock?: Clock;
  log?: Log;
  /** What free text passes through before it is stored: errors, summaries, events, transcripts. */
  redact?: (text: string) => string;
  /** Put before every queue, table and container name; for tests that share an account. */
  prefix?: string;
}

/**
 * The durable state in one storage account. Opens no connection and creates nothing: call `ensure` once at the start,
 * which creates missing queues, tables and the container and does nothing when they are there.
 */
export function createStorage(
  account: StorageAccount,
  options: StorageOptions = {},
): Storage & { ensure(): Promise<void> } {
  const { redact = keep, prefix = '' } = options;
  const queues = createQueueAccount(account, prefix);
  const state = createStateAccount(account, prefix, redact);
  return {
    ...joinPorts(state.rows, options),
    queue: queues.queue,
    artefacts: state.artefacts,
    appliedMaps: createAppliedMaps(state.rows.state, state.artefacts),
    async ensure() {
      await Promise.all([queues.ensure(), state.ensure()]);
    },
  };
}

/** The ports that stand on rows: the same code over tables and over memory. */
export function joinPorts(
  rows: { runs: Rows; runevents: Rows; state: Rows },
  { clock = systemClock, log = silentLog, redact = keep }: StorageOptions,
): Omit<Storage, 'queue' | 'artefacts' | 'appliedMaps'> {
  const { runs, runevents: events, state } = rows;
  const scopes = createScopes({ rows: state, clock });
  return {
    ledger: createRunLedger({ runs, events, clock, log, redact }),
    scopes,
    watermarks: createWatermarks(state),
    projects: createProjectCache(state),
    generation: createConfigGeneration(state),
    pollers: createPollerStates(state),
    decisions: createDecisions({ rows: state, clock, redact }),
    errands: createErrands({ rows: state, clock, log }),
    slots: createSlots({ rows: state, scopes, clock }),
    budgets: createDayBudgets(state),
  };
}

function keep(text: string): string {
  return text;
}
