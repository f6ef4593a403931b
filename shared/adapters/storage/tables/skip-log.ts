import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import * as z from 'zod';
import type { SkipEntry, SkipLog, SkipPage } from '../../../domain/ports/skip-log.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { HOUR } from '../../../kernel/clock.ts';
import { lazily } from '../../../kernel/lazily.ts';
import type { Log } from '../../../kernel/log.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';
import { withoutUndefined } from '../../../kernel/without-undefined.ts';
import { createAgeIndex } from './age-index.ts';
import { readOrReport } from './read-or-report.ts';
import type { Row, Rows } from './rows.ts';
import { buildKeyRange, buildTableKey, shortKeyPart } from './table-key.ts';

const PARTITION = 'decisions';
/** In the index by age. */
const GROUP = 'skips';
const REPEAT_MS = HOUR;
const MAX_REMEMBERED = 5000;
const READS_AT_ONCE = 16;

const Skip = lazily(() =>
  z.object({ subject: z.string(), reason: z.string(), detail: z.string().optional(), at: z.number() }),
);

export interface SkipLogDeps {
  rows: Rows;
  clock: Clock;
  log: Log;
  redact: (text: string) => string;
}

export function createSkipLog({ rows, clock, log, redact }: SkipLogDeps): SkipLog {
  const ages = createAgeIndex({ rows, clock }, { partition: PARTITION, groupOf: () => GROUP });
  const written = lazily(() => new LRUCache<string, number>({ max: MAX_REMEMBERED }));

  const readSkip = (row: Row) =>
    readOrReport(row, ({ fields }) => withoutUndefined(Skip().parse(fields)), { log, event: 'skip row unreadable' });

  return {
    async record(subject, reason, detail, item) {
      const now = clock.now();
      const key = buildTableKey(shortKeyPart(subject), reason, ...(item === undefined ? [] : [shortKeyPart(item)]));
      if (now - (written().get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
      const fields = {
        subject,
        reason,
        at: now,
        ...(detail === undefined ? {} : { detail: fitText(redact(detail), 1000) }),
      };
      await rows.write(PARTITION, [{ kind: 'put', key, fields }, ages.put(GROUP, key, now)]);
      written().set(key, now);
    },

    async list(subject) {
      const found: SkipEntry[] = [];
      for await (const row of rows.list(PARTITION, buildKeyRange(shortKeyPart(subject)))) {
        const skip = readSkip(row);
        if (skip) found.push(skip);
      }
      return found.sort((a, b) => b.at - a.at);
    },

    async listSince({ since, before, limit, fits = () => true }) {
      const entries: SkipEntry[] = [];
      for await (const { keys, has } of ages.listSteps(GROUP, { since, before })) {
        const read = await pLimit(READS_AT_ONCE).map([...new Set(keys)], (key) => rows.find(PARTITION, key));
        const skips = read.flatMap((row) => (row && readSkip(row)) ?? []);
        const found = skips.filter((skip) => has(skip.at) && skip.at >= since && skip.at < before && fits(skip));
        entries.push(...found.sort((a, b) => b.at - a.at));
        const page = cutPage(entries, limit);
        if (page) return page;
      }
      return { entries };
    },

    async purge(before, limit) {
      const isWalking = await ages.indexRest();
      const { purged, more } = await ages.purge(GROUP, before, limit);
      return { purged, more: more || isWalking };
    },
  };
}

/** Behind all entries of one moment, so that the next page begins with an older one; `undefined` while none is. */
function cutPage(entries: readonly SkipEntry[], limit: number): SkipPage | undefined {
  const last = entries[limit - 1]?.at ?? 0;
  const shown = entries.filter(({ at }) => at >= last);
  return shown.length < entries.length ? { entries: shown, olderThan: last } : undefined;
}
