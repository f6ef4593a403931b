import { z } from 'zod';
import type { ConfigGeneration } from '../../../domain/ports/config-generation.ts';

import { TaskError } from '../../../kernel/errors.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const NAME = 'generation';
const MAX_TRIES = 10;

export function createConfigGeneration(rows: Rows): ConfigGeneration {
  const values = createJsonRows(rows, 'config', z.int());
  return {
    async get() {
      return (await values.find(NAME))?.value ?? 0;
    },
    async raise() {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const found = await values.find(NAME);
        const next = (found?.value ?? 0) + 1;
        if (await values.putIf(NAME, next, found?.version)) return next;
      }
      throw new TaskError('storage-unavailable', {
        detail: 'the configuration generation changed faster than it could be raised',
      });
    },
  };
}
