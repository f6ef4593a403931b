import { AsyncLocalStorage } from 'node:async_hooks';

import type { LogFields } from '../../kernel/log.ts';

const current = new AsyncLocalStorage<LogFields>();

/** The fields that every log line of the running invocation carries; none outside of one. */
export function currentLogFields(): LogFields {
  return current.getStore() ?? {};
}

/** Runs `work` with `fields` on each log line it writes, across every await in it. */
export function runWithLogFields<T>(fields: LogFields, work: () => T): T {
  return current.run({ ...current.getStore(), ...fields }, work);
}
