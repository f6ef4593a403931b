import { z } from 'zod';

import { TaskError } from '../../../kernel/errors.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

/** A number every instance compares with the one it loaded its configuration at. */
export interface ConfigGeneration {
  /** 0 before the first reload. */
  get(): Promise<number>;
  /** One more than ever before, also when two reloads run at once. */
  raise(): Promise<number>;
}

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
