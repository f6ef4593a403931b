import * as z from 'zod';

import type { PollerState, PollerStates } from '../../../domain/ports/poller-states.ts';
import { lazily } from '../../../kernel/lazily.ts';
import type { Log } from '../../../kernel/log.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const StoredState = lazily(
  (): z.ZodType<PollerState> =>
    z.object({
      lastSuccessAt: z.number().optional(),
      failures: z.int().default(0),
      nextAllowedAt: z.number().optional(),
      code: z.string().optional(),
      refused: z.array(z.string()).optional(),
    }),
);

export function createPollerStates(rows: Rows, log: Log): PollerStates {
  const states = createJsonRows(rows, 'pollers', StoredState);
  return {
    get: async (name) => (await states.find(name))?.value ?? { failures: 0 },
    put: states.put,
    putAll: states.putAll,
    list: async () => new Map((await states.list(log)).map(({ name, value }) => [name, value])),
  };
}
