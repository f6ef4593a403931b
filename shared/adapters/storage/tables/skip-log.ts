import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { SkipEntry, SkipLog } from '../../../domain/ports/skip-log.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { HOUR } from '../../../kernel/clock.ts';
import type { Log } from '../../../kernel/log.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';
import { withoutUndefined } from '../../../kernel/without-undefined.ts';
import { readOrReport } from './read-or-report.ts';
import type { Rows } from './rows.ts';
import { buildKeyRange, buildTableKey, shortKeyPart } from './table-key.ts';

const PARTITION = 'decisions';
const REPEAT_MS = HOUR;
const MAX_REMEMBERED = 5000;

const Skip = z.object({ subject: z.string(), reason: z.string(), detail: z.string().optional(), at: z.number() });

export interface SkipLogDeps {
  rows: Rows;
  clock: Clock;
  log: Log;
  redact: (text: string) => string;
}

export function createSkipLog({ rows, clock, log, redact }: SkipLogDeps): SkipLog {
  const written = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  return {
    async record(subject, reason, detail, item) {
      const now = clock.now();
      const key = buildTableKey(shortKeyPart(subject), reason, ...(item === undefined ? [] : [shortKeyPart(item)]));
      if (now - (written.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
      const fields = {
        subject,
        reason,
        at: now,
        ...(detail === undefined ? {} : { detail: fitText(redact(detail), 1000) }),
      };
      await rows.write(PARTITION, [{ kind: 'put', key, fields }]);
      written.set(key, now);
    },

    async list(subject) {
      const found: SkipEntry[] = [];
      for await (const row of rows.list(PARTITION, buildKeyRange(shortKeyPart(subject)))) {
        const skip = readOrReport(row, ({ fields }) => withoutUndefined(Skip.parse(fields)), {
          log,
          event: 'skip row unreadable',
        });
        if (skip) found.push(skip);
      }
      return found.sort((a, b) => b.at - a.at);
    },

    async purge(before, limit) {
      let purged = 0;
      for await (const { key, fields, version } of rows.list(PARTITION)) {
        if (purged >= limit) break;
        if (Number(fields['at']) >= before) continue;
        if (await rows.write(PARTITION, [{ kind: 'remove', key, version }])) purged += 1;
      }
      return purged;
    },
  };
}
