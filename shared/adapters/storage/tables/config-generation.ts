import * as z from 'zod';
import type { ConfigGeneration } from '../../../domain/ports/config-generation.ts';

import type { Clock } from '../../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../../kernel/compare-and-set.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const NAME = 'generation';

export interface ConfigGenerationDeps {
  rows: Rows;
  clock: Pick<Clock, 'sleep'>;
}

/** The generation as one small row. */
export function createConfigGeneration({ rows, clock }: ConfigGenerationDeps): ConfigGeneration {
  const values = createJsonRows(
    rows,
    'config',
    lazily(() => z.int()),
  );
  return {
    async get() {
      return (await values.find(NAME))?.value ?? 0;
    },
    raise: () =>
      compareAndSet<number>(
        async () => {
          const found = await values.find(NAME);
          const next = (found?.value ?? 0) + 1;
          return (await values.putIf(NAME, next, found?.version)) ? next : LOST;
        },
        { clock, what: 'the configuration generation' },
      ),
  };
}
