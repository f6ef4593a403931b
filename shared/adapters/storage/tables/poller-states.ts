import { z } from 'zod';

import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const PollerState = z.object({
  lastSuccessAt: z.number().optional(),
  /** Failures since the last success. */
  failures: z.int().default(0),
  /** Not polled before this time. */
  nextAllowedAt: z.number().optional(),
  /** Catalogue code of the last failure. */
  code: z.string().optional(),
});
/** How a poller is doing, kept because a timer function forgets everything between two ticks. */
export type PollerState = z.infer<typeof PollerState>;

export interface PollerStates {
  /** `{ failures: 0 }` for a poller that never ran. */
  get(name: string): Promise<PollerState>;
  put(name: string, state: PollerState): Promise<void>;
  list(): Promise<Map<string, PollerState>>;
}

export function createPollerStates(rows: Rows): PollerStates {
  const states = createJsonRows(rows, 'pollers', PollerState);
  return {
    get: async (name) => (await states.find(name))?.value ?? { failures: 0 },
    put: states.put,
    list: async () => new Map((await states.list()).map(({ name, value }) => [name, value])),
  };
}
