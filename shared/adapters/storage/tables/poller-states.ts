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
      moreRefused: z.int().optional(),
    }),
);

export function createPollerStates(rows: Rows, log: Log): PollerStates {
  const states = createJsonRows(rows, 'pollers', StoredState);
  return {
    get: async (name) => (await states.find(name))?.value ?? { failures: 0 },
    put: (name, state) => states.put(name, fitRefused(state)),
    putAll: (all) => states.putAll(new Map([...all].map(([name, state]) => [name, fitRefused(state)]))),
    list: async () => new Map((await states.list(log)).map(({ name, value }) => [name, value])),
  };
}

/** Of one state, as JSON: with it a row holds all other fields. */
const MAX_REFUSED_LENGTH = 20_000;

/** A group may have thousands of repositories, and one state that is too large would keep all others unwritten. */
function fitRefused(state: PollerState): PollerState {
  const { refused = [], moreRefused = 0 } = state;
  let length = 0;
  const kept = refused.filter((name) => {
    length += JSON.stringify(name).length + 1;
    return length <= MAX_REFUSED_LENGTH;
  });
  if (kept.length === refused.length) return state;
  return { ...state, refused: kept, moreRefused: moreRefused + refused.length - kept.length };
}
