import type { Artefacts } from '../../domain/ports/artefacts.ts';
import type { Storage } from '../../domain/ports/storage.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { type Log, silentLog } from '../../kernel/log.ts';
import type { StorageAccount } from './account/account.ts';
import { openTaskQueue, type QueueOptions } from './queues/queue-account.ts';
import { createStateAccount } from './state-account.ts';
import { createAppliedMaps } from './tables/applied-maps.ts';
import { createBudgets } from './tables/budgets.ts';
import { createConfigGeneration } from './tables/config-generation.ts';
import { createRunLedger } from './tables/create-run-ledger.ts';
import { createKnownAccounts } from './tables/known-accounts.ts';
import { createOutbox } from './tables/outbox.ts';
import { createPermits } from './tables/permits.ts';
import { createPollerStates } from './tables/poller-states.ts';
import { createProjectCache } from './tables/project-cache.ts';
import type { Rows } from './tables/rows.ts';
import { createScopes } from './tables/scopes.ts';
import { createSignIns } from './tables/sign-ins.ts';
import { createSkipLog } from './tables/skip-log.ts';
import { createWatermarks } from './tables/watermarks.ts';

export interface StorageOptions extends QueueOptions {
  clock?: Clock;
  log?: Log;
  /** What free text passes through before it is stored: errors, summaries, events, transcripts. */
  redact?: (text: string) => string;
  /** Put before every queue, table and container name; for tests that share an account. */
  prefix?: string;
}

/**
 * The durable state in one storage account. Opens no connection; what is missing of queues, tables and the container
 * is made by the first use.
 */
export function createStorage(account: StorageAccount, options: StorageOptions = {}): Storage {
  const { redact = keep, prefix = '' } = options;
  const state = createStateAccount(account, prefix, redact);
  return {
    ...joinPorts(state.rows, state.artefacts, options),
    queue: openTaskQueue(account, prefix, options),
    artefacts: state.artefacts,
  };
}

/** The ports that stand on rows: the same code over tables and over memory. */
export function joinPorts(
  rows: { runs: Rows; runevents: Rows; state: Rows },
  artefacts: Pick<Artefacts, 'find'>,
  { clock = systemClock, log = silentLog, redact = keep }: StorageOptions,
): Omit<Storage, 'queue' | 'artefacts'> {
  const { runs, runevents: events, state } = rows;
  const scopes = createScopes({ rows: state, clock, log });
  return {
    ledger: createRunLedger({ runs, events, clock, log, redact }),
    scopes,
    watermarks: createWatermarks(state, log),
    projects: createProjectCache(state, log),
    accounts: createKnownAccounts(state),
    generation: createConfigGeneration({ rows: state, clock }),
    appliedMaps: createAppliedMaps({ rows: state, artefacts, clock, redact }),
    pollers: createPollerStates(state, log),
    skipLog: createSkipLog({ rows: state, clock, log, redact }),
    outbox: createOutbox({ rows: state, clock, log }),
    permits: createPermits({ rows: state, scopes, clock, log }),
    budgets: createBudgets({ rows: state, clock }),
    signIns: createSignIns(state),
  };
}

function keep(text: string): string {
  return text;
}
