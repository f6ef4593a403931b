import type { AppliedMaps } from './applied-maps.ts';
import type { Artefacts } from './artefacts.ts';
import type { Budgets } from './budgets.ts';
import type { ConfigGeneration } from './config-generation.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { Outbox } from './outbox.ts';
import type { Permits } from './permits.ts';
import type { PollerStates } from './poller-states.ts';
import type { ProjectCache } from './project-cache.ts';
import type { RunLedger } from './run-ledger.ts';
import type { Scopes } from './scopes.ts';
import type { SignIns } from './sign-ins.ts';
import type { SkipLog } from './skip-log.ts';
import type { TaskQueue } from './task-queue.ts';
import type { Watermarks } from './watermarks.ts';

/** Everything durable, by its ports. */
export interface Storage {
  queue: TaskQueue;
  ledger: RunLedger;
  scopes: Scopes;
  watermarks: Watermarks;
  projects: ProjectCache;
  accounts: KnownAccounts;
  generation: ConfigGeneration;
  appliedMaps: AppliedMaps;
  pollers: PollerStates;
  skipLog: SkipLog;
  outbox: Outbox;
  permits: Permits;
  budgets: Budgets;
  signIns: SignIns;
  artefacts: Artefacts;
}
