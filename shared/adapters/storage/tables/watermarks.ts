import * as z from 'zod';
import type { Watermarks } from '../../../domain/ports/watermarks.ts';
import { lazily } from '../../../kernel/lazily.ts';
import type { Log } from '../../../kernel/log.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

export function createWatermarks(rows: Rows, log: Log): Watermarks {
  const values = createJsonRows(
    rows,
    'watermarks',
    lazily(() => z.string()),
  );
  return {
    async find(name) {
      const found = await values.find(name);
      return found && { value: found.value, version: found.version };
    },
    advance: (name, value, from) => values.putIf(name, value, from?.version),
    advanceAll: (moves) =>
      values.putAllIf(moves.map(({ name, value, from }) => ({ name, value, version: from?.version }))),
    list: async () => new Map((await values.list(log)).map(({ name, ...watermark }) => [name, watermark])),
  };
}
